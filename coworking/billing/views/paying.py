"""Paying: an invoice, all that is open, a deposit; and the page that the payer comes back to."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import once
from coworking.core.money import Money
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.settings import config
from coworking.core.web import forms_lead_to
from coworking.payments.failures import Failure, PaymentError
from coworking.payments.opening import redirect_origins

from .. import balance, deposits, gateways, hooks, paying, references
from ..models import Account, Payment, PaymentState
from ..settings import settings_of
from .blueprint import blueprint, own_account, own_accounts, own_deposit, own_invoice, own_payment


@dataclass(frozen=True, slots=True)
class Due:
    """Something that can be paid on one page."""

    account: Account
    purpose: str
    amount: Money
    title: str
    reference: str
    url: str


@blueprint.get("/billing/pay/<uuid:invoice_id>")
@requires(Permission.HAVE_ACCOUNT)
def pay(invoice_id: UUID) -> Response:
    """What an invoice still owes, and the ways to pay it."""
    return _pay_page(_of_invoice(invoice_id))


@blueprint.post("/billing/pay/<uuid:invoice_id>")
@requires(Permission.HAVE_ACCOUNT)
def start_paying(invoice_id: UUID) -> Response:
    """On to the provider's page."""
    return _start(_of_invoice(invoice_id))


@blueprint.get("/billing/pay")
@requires(Permission.HAVE_ACCOUNT)
def pay_all() -> Response:
    """All that is open, paid in one go: one sum for each account and currency."""
    return page("billing/pay_all.html", dues=_all(), offered=gateways.takes_cards())


@blueprint.get("/billing/accounts/<uuid:account_id>/payments/<currency>")
@requires(Permission.HAVE_ACCOUNT)
def pay_account(account_id: UUID, currency: str) -> Response:
    """All that an account owes in one currency, and the ways to pay it."""
    return _pay_page(_of_account(account_id, currency))


@blueprint.post("/billing/accounts/<uuid:account_id>/payments/<currency>")
@requires(Permission.HAVE_ACCOUNT)
def start_paying_account(account_id: UUID, currency: str) -> Response:
    """On to the provider's page."""
    return _start(_of_account(account_id, currency))


@blueprint.get("/billing/deposits/<uuid:deposit_id>/payment")
@requires(Permission.HAVE_ACCOUNT)
def pay_deposit(deposit_id: UUID) -> Response:
    """A deposit that was asked for, and the ways to pay it."""
    return _pay_page(_of_deposit(deposit_id))


@blueprint.post("/billing/deposits/<uuid:deposit_id>/payment")
@requires(Permission.HAVE_ACCOUNT)
def start_paying_deposit(deposit_id: UUID) -> Response:
    """On to the provider's page."""
    return _start(_of_deposit(deposit_id))


@blueprint.get("/billing/payments/<uuid:payment_id>")
@requires(Permission.HAVE_ACCOUNT)
def payment(payment_id: UUID) -> Response:
    """How a payment stands, asked of the provider just now. Nothing in the address but whose it is counts."""
    row: Payment | None = own_payment(payment_id)
    assert row is not None  # noqa: S101 - else it was a 404
    unanswered = False
    if row.state != PaymentState.SUCCEEDED.value:
        try:
            row = paying.look_again(payment_id)
        except PaymentError:
            unanswered = True
            row = own_payment(payment_id)
    assert row is not None  # noqa: S101
    landing = hooks.landing(row) if row.state == PaymentState.SUCCEEDED.value else None
    if landing is not None:
        return go(landing)
    # A provider that says nothing yet is asked again by the page itself.
    return page("billing/payment.html", fragment="state", payment=row, why=_why(row), again=_pay_url(row), unanswered=unanswered)


def _of_invoice(invoice_id: UUID) -> Due:
    invoice = own_invoice(invoice_id)
    title = _("Pay invoice %(label)s", label=invoice.label)
    url = url_for("billing.pay", invoice_id=invoice.id)
    return Due(invoice.account, f"invoice:{invoice.id}", balance.open_amount(invoice), title, invoice.reference, url)


def _of_account(account_id: UUID, currency: str) -> Due:
    found = [due for due in _all() if due.account.id == account_id and due.amount.currency == currency]
    if found:
        return found[0]
    account = own_account(account_id)
    return _due(account, Money(0, account.currency), "")


def _all() -> list[Due]:
    dues = []
    for account in own_accounts():
        sums: dict[str, Money] = {}
        last = ""
        for invoice in balance.open_invoices(account):
            sums[invoice.currency] = sums.get(invoice.currency, Money(0, invoice.currency)) + balance.open_amount(invoice)
            last = invoice.reference
        dues += [_due(account, amount, last) for amount in sums.values()]
    return dues


def _due(account: Account, amount: Money, reference: str) -> Due:
    title = _("Pay all that is open for %(name)s", name=account.name)
    url = url_for("billing.pay_account", account_id=account.id, currency=amount.currency)
    return Due(account, f"account:{account.id}", amount, title, reference, url)


def _of_deposit(deposit_id: UUID) -> Due:
    deposit = own_deposit(deposit_id)
    account = own_account(deposit.account_id)
    owed = Money(0, deposit.currency) if deposit.received_at or deposit.returned_at else deposit.money
    return Due(account, deposits.purpose_of(deposit), owed, _("Pay the deposit"), "", url_for("billing.pay_deposit", deposit_id=deposit.id))


def _start(due: Due) -> Response:
    if due.amount.minor <= 0:
        return go(due.url)
    payment_id = once.id_of(request.form, by=current_user.id)
    asked = paying.Wish(
        purpose=due.purpose,
        amount=due.amount,
        description=paying.described(due.title),
        return_url=url_for("billing.payment", payment_id=payment_id, _external=True),
        cancel_url=url_for("billing.payment", payment_id=payment_id, _external=True),
        save_method=bool(request.form.get("save")),
    )
    try:
        return go(paying.start_checkout(due.account, asked, payment_id).redirect.url)
    except paying.InTheWay as other:
        return go(url_for("billing.payment", payment_id=other.payment.id))
    except PaymentError as error:
        return _pay_page(due, refused=str(error.failure.sentence), status=422)


def _pay_page(due: Due, refused: str = "", status: int = 200) -> Response:
    kept = settings_of(g.operator)
    answer = page(
        "billing/pay.html",
        status=status,
        due=due,
        refused=refused,
        offered=gateways.takes_cards(),
        iban=kept.iban or kept.bank_account,
        bic=kept.bic,
        reference=references.spaced(due.reference),
        by_itself=due.account.collect_by == "saved",
    )
    return forms_lead_to(answer, redirect_origins(config()))


def _why(row: Payment) -> str:
    return str(Failure(row.failure).sentence) if row.failure in set(Failure) else ""


def _pay_url(row: Payment) -> str:
    kind, _colon, key = row.purpose.partition(":")
    if kind == "invoice":
        return url_for("billing.pay", invoice_id=UUID(key))
    if kind == "deposit":
        return url_for("billing.pay_deposit", deposit_id=UUID(key))
    return hooks.landing(row) or url_for("billing.pay_all")
