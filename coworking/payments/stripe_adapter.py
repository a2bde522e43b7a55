"""Payments by Stripe: cards and direct debits on Stripe's own pages, charged later by token."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from coworking.config import Config
from coworking.core.money import CurrencyMismatch, Money

from . import stripe_reading as read
from .failures import Failure, Forged, NotPossible, UnknownReference
from .stripe_client import Declined, StripeCaller, verify
from .stripe_reading import Doc
from .words import (
    TOLERANCE,
    Account,
    AccountInfo,
    Checkout,
    Dispute,
    Event,
    Movement,
    Offer,
    Outcome,
    Redirect,
    SavedMethod,
    State,
    Visit,
    Webhook,
)

WHOLE_PAYMENT = ["latest_charge.balance_transaction", "payment_method"]
WHOLE_VISIT = ["payment_intent.latest_charge.balance_transaction", "payment_intent.payment_method", "setup_intent.payment_method"]
EVENTS = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.requires_action",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.updated",
    "payment_method.automatically_updated",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "invoice.paid",
    "invoice.payment_failed",
)


class StripePayments:
    """One account at Stripe; see ``port.Payments`` for what each verb promises."""

    offers = frozenset(Offer)

    def __init__(self, account: Account, config: Config) -> None:
        self._account = account
        self._stripe = StripeCaller(account, config.stripe_api_base)

    def create_customer(self, *, name: str, email: str, locale: str, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> str:
        """Token of a new customer."""
        params = {"name": name, "email": email, "preferred_locales": [locale], "metadata": dict(metadata or {})}
        return str(self._stripe.ask(lambda v1, options: v1.customers.create(params, options), idempotency_key)["id"])

    def update_customer(self, customer: str, *, name: str, email: str, locale: str, idempotency_key: str) -> None:
        """Correct name, address and language of a customer."""
        params = {"name": name, "email": email, "preferred_locales": [locale]}
        with suppress(UnknownReference):
            self._stripe.ask(lambda v1, options: v1.customers.update(customer, params, options), idempotency_key)

    def delete_customer(self, customer: str) -> None:
        """Forget the customer and their methods."""
        with suppress(UnknownReference):
            self._stripe.ask(lambda v1, options: v1.customers.delete(customer, None, options))

    def start_checkout(
        self,
        visit: Visit,
        *,
        amount: Money,
        description: str,
        idempotency_key: str,
        save_method: bool = False,
        metadata: Mapping[str, str] | None = None,
    ) -> Redirect:
        """A page where the payer pays."""
        price = {"currency": amount.currency.lower(), "unit_amount": amount.minor, "product_data": {"name": description}}
        payment: Doc = {"description": description, "metadata": dict(metadata or {})}
        params = self.visit(visit, "payment", metadata) | {"line_items": [{"price_data": price, "quantity": 1}], "payment_intent_data": payment}
        if save_method:
            payment["setup_future_usage"] = "off_session"
            if not visit.customer:
                params["customer_creation"] = "always"
        return self.open_page(params, idempotency_key)

    def start_saving_method(self, visit: Visit, *, currency: str, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> Redirect:
        """A page where the payer saves a card or account."""
        params = self.visit(visit, "setup", metadata) | {"currency": currency.lower(), "setup_intent_data": {"metadata": dict(metadata or {})}}
        return self.open_page(params, idempotency_key)

    def visit(self, visit: Visit, mode: str, metadata: Mapping[str, str] | None) -> Doc:
        """What every kind of Checkout page needs."""
        params: Doc = {
            "mode": mode,
            "success_url": visit.success_url.replace("{CHECKOUT_REF}", "{CHECKOUT_SESSION_ID}"),
            "cancel_url": visit.cancel_url,
            "locale": visit.locale,
            "metadata": dict(metadata or {}),
        }
        if visit.customer:
            params["customer"] = visit.customer
        elif visit.email:
            params["customer_email"] = visit.email
        return params

    def open_page(self, params: Doc, key: str) -> Redirect:
        """A Checkout page."""
        doc = self._ask_plainly(lambda v1, options: v1.checkout.sessions.create(params, options), key)
        return Redirect(doc["url"], doc["id"])

    def _ask_plainly(self, call: Any, key: str = "") -> Doc:
        # Where no bank is asked, a card error can only be a refusal.
        try:
            return self._stripe.ask(call, key)
        except Declined as declined:
            raise NotPossible(read.failure_of(declined.error), str(declined)) from None

    def portal(self, *, customer: str, return_url: str, locale: str = "en") -> Redirect:
        """Stripe's page of a customer's methods and receipts."""
        params = {"customer": customer, "return_url": return_url, "locale": locale}
        doc = self._stripe.ask(lambda v1, options: v1.billing_portal.sessions.create(params, options))
        return Redirect(doc["url"], doc["id"])

    def fetch_checkout(self, ref: str) -> Checkout:
        """The visit as it stands now."""
        return read.checkout(self._stripe.ask(lambda v1, options: v1.checkout.sessions.retrieve(ref, {"expand": WHOLE_VISIT}, options)))

    def expire_checkout(self, ref: str) -> Checkout:
        """Close a page; a finished one stays as it is."""
        with suppress(NotPossible):
            self._stripe.ask(lambda v1, options: v1.checkout.sessions.expire(ref, None, options))
        return self.fetch_checkout(ref)

    def charge_saved(
        self,
        *,
        customer: str,
        method: str,
        amount: Money,
        description: str,
        idempotency_key: str,
        return_url: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Charge a saved method; a decline is an Outcome."""
        params: Doc = {
            "amount": amount.minor,
            "currency": amount.currency.lower(),
            "customer": customer,
            "payment_method": method,
            "confirm": True,
            "description": description,
            "metadata": dict(metadata or {}),
            "expand": WHOLE_PAYMENT,
        }
        if return_url:
            params |= {"return_url": return_url, "automatic_payment_methods": {"enabled": True}}
        else:
            params |= {"off_session": True, "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
        try:
            return read.payment(self._stripe.ask(lambda v1, options: v1.payment_intents.create(params, options), idempotency_key))
        except Declined as declined:
            return self._declined(declined.error, amount)
        except NotPossible as refused:
            return Outcome(State.FAILED, "", amount, refused.failure, metadata=dict(metadata or {}))
        except UnknownReference:
            return Outcome(State.FAILED, "", amount, Failure.METHOD_GONE, metadata=dict(metadata or {}))

    def _declined(self, error: Doc, amount: Money) -> Outcome:
        if isinstance(error.get("payment_intent"), dict):
            return read.payment(error["payment_intent"])
        return Outcome(State.FAILED, "", amount, read.failure_of(error))

    def cancel(self, ref: str) -> Outcome:
        """Give up a payment that waits for the payer."""
        with suppress(NotPossible):
            self._stripe.ask(lambda v1, options: v1.payment_intents.cancel(ref, None, options))
        return self.fetch(ref)

    def refund(self, ref: str, amount: Money, *, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> Outcome:
        """Send back part or all of a payment."""
        if self.fetch(ref).amount.currency != amount.currency:
            raise CurrencyMismatch(f"{ref} is not in {amount.currency}")
        params = {"payment_intent": ref, "amount": amount.minor, "metadata": dict(metadata or {})}
        return read.refund(self._ask_plainly(lambda v1, options: v1.refunds.create(params, options), idempotency_key))

    def fetch(self, ref: str) -> Outcome:
        """A payment or a refund as it stands now."""
        if ref.startswith(("re_", "pyr_")):
            return read.refund(self._stripe.ask(lambda v1, options: v1.refunds.retrieve(ref, None, options)))
        return read.payment(self._stripe.ask(lambda v1, options: v1.payment_intents.retrieve(ref, {"expand": WHOLE_PAYMENT}, options)))

    def fetch_dispute(self, ref: str) -> Dispute:
        """A dispute as it stands now."""
        return read.dispute(self._stripe.ask(lambda v1, options: v1.disputes.retrieve(ref, None, options)))

    def methods(self, customer: str) -> Sequence[SavedMethod]:
        """Saved methods, the default first."""
        try:
            doc = self._stripe.ask(lambda v1, options: v1.customers.retrieve(customer, None, options))
            if doc.get("deleted"):
                return ()
            rows = list(self._stripe.each(lambda v1, paging, options: v1.customers.payment_methods.list(customer, paging, options)))
        except UnknownReference:
            return ()
        default = read.ident((doc.get("invoice_settings") or {}).get("default_payment_method"))
        found = [saved for row in rows if (saved := read.method(row, default))]
        return sorted(found, key=lambda saved: not saved.is_default)

    def choose_default(self, customer: str, method: str) -> None:
        """Charge this method from now on."""
        params = {"invoice_settings": {"default_payment_method": method}}
        self._stripe.ask(lambda v1, options: v1.customers.update(customer, params, options))

    def detach(self, method: str) -> None:
        """Forget a method."""
        try:
            self._stripe.ask(lambda v1, options: v1.payment_methods.detach(method, None, options))
        except UnknownReference:
            return
        except NotPossible:
            if self._stripe.ask(lambda v1, options: v1.payment_methods.retrieve(method, None, options)).get("customer"):
                raise

    def list_movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """The account's book, newest first."""
        span = {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}, "expand": ["data.source"]}
        for row in self._stripe.each(lambda v1, paging, options: v1.balance_transactions.list(span | paging, options)):
            yield read.movement(row)

    def read_event(self, payload: bytes, signature: str, secret: str, tolerance: int = TOLERANCE) -> Event:
        """The event in a signed message; raises Forged."""
        verify(payload, signature, secret, tolerance)
        try:
            return read.event(json.loads(payload))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise Forged("signed, but not an event") from None

    def describe(self) -> AccountInfo:
        """Who the account is; raises KeyRefused."""
        doc = self._stripe.ask(lambda v1, options: v1.accounts.retrieve_current(None, options))
        name = (doc.get("business_profile") or {}).get("name") or ((doc.get("settings") or {}).get("dashboard") or {}).get("display_name") or ""
        return AccountInfo(
            ref=doc["id"],
            name=name,
            country=doc.get("country") or "",
            currency=(doc.get("default_currency") or "").upper(),
            can_charge=bool(doc.get("charges_enabled")),
            test_mode="_test_" in self._account.secret_key,
        )

    def watch(self, url: str, *, idempotency_key: str, connected: bool = False) -> Webhook:
        """Have events sent to ``url``."""
        params: Doc = {"url": url, "enabled_events": list(EVENTS)} | ({"connect": True} if connected else {})
        doc = self._ask_plainly(lambda v1, options: v1.webhook_endpoints.create(params, options), idempotency_key)
        return Webhook(doc["id"], doc["secret"])

    def unwatch(self, ref: str) -> None:
        """Stop sending events."""
        with suppress(UnknownReference):
            self._stripe.ask(lambda v1, options: v1.webhook_endpoints.delete(ref, None, options))
