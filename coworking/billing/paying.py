"""Paying at the provider: on its page, and later by a saved card or account.

Two phases, always: the wish is written with its idempotency key and committed, then the provider is asked with no
transaction open, then its answer is written. Killed between any two, the next to look asks again with the same key,
or asks how the thing stands: nothing is charged twice, and no payment is lost.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db, keep, release, writing
from coworking.core.links import operator_in_force
from coworking.core.money import Money
from coworking.payments.failures import Failure, NotPossible, PaymentError, UnknownReference
from coworking.payments.port import Checkout, CheckoutState, Offer, Outcome, Payments, Redirect, State, Visit

from . import customers, gateways, methods, settling
from .models import Account, Payment, PaymentState
from .settling import settle

__all__ = ["Asked", "InTheWay", "Wish", "clear_the_way", "look_again", "settle", "start_checkout", "wish"]

UNDER_WAY = (PaymentState.PENDING.value, PaymentState.PROCESSING.value)
KEY_HOLDS = timedelta(hours=23)
"""For so long the provider surely knows an idempotency key (Stripe: 24 hours). Afterwards nothing is repeated."""


class InTheWay(Exception):
    """The same thing is being paid already. ``payment`` says how."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(str(payment.id))
        self.payment = payment


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to pay on the provider's page, and where they come back to."""

    purpose: str
    """``invoice:<id>``, ``account:<id>``, ``deposit:<id>`` or ``order:<id>``."""
    amount: Money
    description: str
    return_url: str
    """``{PAYMENT}`` in it becomes the payment's id."""
    cancel_url: str
    save_method: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A payment that waits at the provider, and the page to send the payer to."""

    payment_id: UUID
    redirect: Redirect


def start_checkout(account: Account, asked: Wish, payment_id: UUID) -> Asked:
    """A page of the provider where ``account`` pays. The same ``payment_id`` (core/once.py) gives the same page again.

    Commits what was written before. Raises NotPossible(NOT_OFFERED) where nobody is connected, InTheWay when the
    same thing is on its way already, or another PaymentError; then nothing was taken.
    """
    port = gateways.payments()
    if Offer.ONLINE not in port.offers:
        raise NotPossible(Failure.NOT_OFFERED)
    clear_the_way(port, asked.purpose, but=payment_id)
    payment = wish(account, asked.purpose, asked.amount, key=f"checkout:{payment_id}", payment_id=payment_id)
    if payment.state not in UNDER_WAY:
        raise InTheWay(payment)
    locale = account.locale
    keep()
    try:
        visit = Visit(asked.return_url.replace("{PAYMENT}", str(payment_id)), asked.cancel_url, customers.customer_of(account, port), locale=locale)
        redirect = port.start_checkout(
            visit, amount=asked.amount, description=asked.description, idempotency_key=f"checkout:{payment_id}", save_method=asked.save_method,
            metadata={"payment": str(payment_id), "purpose": asked.purpose},
        )  # fmt: skip
    except NotPossible as refused:
        settling.give_up(db.session.get_one(Payment, payment_id), refused.failure)
        keep()
        raise
    payment.checkout_ref = redirect.ref
    keep()
    return Asked(payment_id, redirect)


def wish(account: Account, purpose: str, amount: Money, *, key: str, payment_id: UUID | None = None, method_id: UUID | None = None) -> Payment:
    """The payment with that key, written now unless it is there already. Raises ValueError for nothing or less."""
    if amount.minor <= 0:
        raise ValueError("a payment is more than nothing")
    known = db.session.scalar(sa.select(Payment).where(Payment.idempotency_key == key))
    if known is not None:
        return known
    payment = Payment(
        account_id=account.id, how="card", provider=gateways.STRIPE, purpose=purpose, idempotency_key=key,
        amount=amount.minor, currency=amount.currency, method_id=method_id,
    )  # fmt: skip
    if payment_id is not None:
        payment.id = payment_id
    db.session.add(payment)
    db.session.flush()
    return payment


def clear_the_way(port: Payments, purpose: str, but: UUID | None = None) -> None:
    """Close other pages on which the same thing could be paid; raises InTheWay when it was, or is on its way.

    Two tabs, or a tab and the nightly charge, would else pay twice. Commits what was written before it asks.
    """
    found = sa.select(Payment.id, Payment.state, Payment.checkout_ref, Payment.provider_ref).where(
        Payment.purpose == purpose, Payment.provider == gateways.STRIPE, Payment.state.in_(UNDER_WAY), Payment.id != but
    )
    others = db.session.execute(found).all()
    keep()
    for other_id, state, checkout_ref, provider_ref in others:
        if state == PaymentState.PENDING.value:
            if checkout_ref:
                _write(other_id, port.expire_checkout(checkout_ref))
            elif provider_ref:
                _write(other_id, port.cancel(provider_ref))
        if (other := db.session.get(Payment, other_id)) and other.state in {PaymentState.PROCESSING.value, PaymentState.SUCCEEDED.value}:
            keep()
            raise InTheWay(other)
        keep()


def look_again(payment_id: UUID) -> Payment | None:
    """Ask the provider how the payment stands, and settle it so. None when there is no such payment.

    Ends the transaction at hand before it asks. Raises ProviderUnavailable or KeyRefused when nobody answers.
    """
    payment = db.session.get(Payment, payment_id)
    if payment is None or payment.provider != gateways.STRIPE:
        return payment
    port, checkout_ref, provider_ref = gateways.payments(), payment.checkout_ref, payment.provider_ref
    unfinished = payment.state in {PaymentState.PENDING.value, PaymentState.CANCELLED.value, PaymentState.FAILED.value}
    release()
    answer: Checkout | Outcome | None = None
    try:
        if checkout_ref and unfinished:
            answer = port.fetch_checkout(checkout_ref)
        elif provider_ref:
            answer = port.fetch(provider_ref)
    except UnknownReference:
        answer = None
    with writing():
        if answer is not None:
            _write(payment_id, answer)
        return db.session.get(Payment, payment_id)


def _write(payment_id: UUID, answer: Checkout | Outcome) -> None:
    """Settle what the provider said of a payment or of the page it was asked for on."""
    payment = db.session.get_one(Payment, payment_id)
    if isinstance(answer, Outcome):
        settle(payment, answer)
        return
    payment.checkout_ref = payment.checkout_ref or answer.ref
    if answer.customer and not payment.account.provider_customer:
        payment.account.provider_customer = answer.customer
    if answer.method is not None:
        methods.keep_method(payment.account, answer.method, default=True)
    # A card declined on a page that is still open is not the end of it.
    paid = answer.outcome is not None and answer.outcome.state in {State.SUCCEEDED, State.PROCESSING}
    if answer.outcome is not None and (paid or answer.state is CheckoutState.DONE):
        settle(payment, answer.outcome)
    elif answer.state is CheckoutState.EXPIRED:
        settling.give_up(payment)


def found_by(metadata_payment: str | None) -> Payment | None:
    """The payment that a thing at the provider says it is for; None when it names none of ours."""
    try:
        wanted = UUID(metadata_payment or "")
    except ValueError:
        return None
    return db.session.get(Payment, wanted)


def adopt(answer: Checkout | Outcome) -> Payment | None:
    """Settle what the provider told of something, by the payment that it names. None when it names none of ours."""
    payment = found_by(answer.metadata.get("payment"))
    if payment is None or payment.provider != gateways.STRIPE:
        return None
    _write(payment.id, answer)
    return payment


def described(label: str) -> str:
    """What a payer reads on the provider's page and on their statement."""
    return f"{operator_in_force().name} {label}".strip()


def is_old(payment: Payment) -> bool:
    """Whether the provider may have forgotten its key: then it must not be repeated."""
    return payment.created_at < clock.now() - KEY_HOLDS


def stale_error(error: PaymentError) -> bool:
    """Whether nobody knows if it happened: it has to be asked again."""
    return error.failure in {Failure.UNAVAILABLE, Failure.KEY_REFUSED, Failure.KEY_REUSED}
