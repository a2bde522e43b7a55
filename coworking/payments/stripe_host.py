"""The host's own billing of operators, by Stripe Billing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from coworking.config import Config
from coworking.core.money import Money

from . import stripe_reading as read
from .failures import NotPossible, UnknownReference
from .host import HostInvoice, HostPrice, HostState, HostSubscription, Interval
from .stripe_adapter import StripePayments
from .stripe_client import Declined, StripeCaller
from .stripe_reading import Doc
from .words import TOLERANCE, Account, AccountInfo, Checkout, Event, Redirect, Visit

STATES = {
    "incomplete": HostState.INCOMPLETE,
    "incomplete_expired": HostState.ENDED,
    "trialing": HostState.TRIAL,
    "active": HostState.ACTIVE,
    "past_due": HostState.OVERDUE,
    "unpaid": HostState.OVERDUE,
    "paused": HostState.PAUSED,
    "canceled": HostState.ENDED,
}


class StripeHostBilling:
    """See ``host.HostBilling`` for what each verb promises."""

    def __init__(self, account: Account, config: Config) -> None:
        self._account, self._config = account, config
        self._payments = StripePayments(account, config)
        self._stripe = StripeCaller(account, config.stripe_api_base)

    def publish_price(self, *, key: str, name: str, amount: Money, interval: Interval) -> HostPrice:
        """The price under our key, made or replaced as needed."""
        known = next((price for price in self._priced({"lookup_keys": [key]}) if price.key == key), None)
        if known and known.amount == amount and known.interval is interval:
            return known
        params = {
            "currency": amount.currency.lower(),
            "unit_amount": amount.minor,
            "recurring": {"interval": interval.value},
            "lookup_key": key,
            "transfer_lookup_key": True,
            "nickname": name,
            "product_data": {"name": name},
        }
        # The same wish made twice, by two processes that start, is one price.
        once = f"price-{key}-{amount.currency}-{amount.minor}-{interval.value}"
        return _price(self._ask(lambda v1, options: v1.prices.create(params, options), once))

    def prices(self) -> Sequence[HostPrice]:
        """The active prices that have a key of ours."""
        return [price for price in self._priced({"active": True}) if price.key]

    def _priced(self, narrowed: Doc) -> list[HostPrice]:
        return [_price(row) for row in self._stripe.each(lambda v1, paging, options: v1.prices.list(narrowed | paging, options))]

    def start_subscription(
        self,
        visit: Visit,
        *,
        price_ref: str,
        idempotency_key: str,
        quantity: int = 1,
        trial_days: int = 0,
        metadata: Mapping[str, str] | None = None,
    ) -> Redirect:
        """A page where an operator subscribes."""
        data: Doc = {"metadata": dict(metadata or {})} | ({"trial_period_days": trial_days} if trial_days else {})
        params = self._payments.visit(visit, "subscription", metadata) | {
            "line_items": [{"price": price_ref, "quantity": quantity}],
            "subscription_data": data,
        }
        return self._payments.open_page(params, idempotency_key)

    def fetch_checkout(self, ref: str) -> Checkout:
        """The visit as it stands now."""
        return self._payments.fetch_checkout(ref)

    def portal(self, *, customer: str, return_url: str, locale: str = "en") -> Redirect:
        """Stripe's page for an operator."""
        return self._payments.portal(customer=customer, return_url=return_url, locale=locale)

    def read_event(self, payload: bytes, signature: str, secret: str, tolerance: int = TOLERANCE) -> Event:
        """The event in a signed message; raises Forged."""
        return self._payments.read_event(payload, signature, secret, tolerance)

    def fetch_subscription(self, ref: str) -> HostSubscription:
        """The subscription as it stands now."""
        return _subscription(self._stripe.ask(lambda v1, options: v1.subscriptions.retrieve(ref, None, options)))

    def change_subscription(self, ref: str, *, price_ref: str, quantity: int = 1, idempotency_key: str) -> HostSubscription:
        """Another price from now on; the difference is billed at once."""
        item = self._stripe.ask(lambda v1, options: v1.subscriptions.retrieve(ref, None, options))["items"]["data"][0]["id"]
        params = {"items": [{"id": item, "price": price_ref, "quantity": quantity}], "proration_behavior": "always_invoice"}
        return _subscription(self._ask(lambda v1, options: v1.subscriptions.update(ref, params, options), idempotency_key))

    def cancel_subscription(self, ref: str, *, at_period_end: bool = True) -> HostSubscription:
        """End it, with the period or now."""
        known = self.fetch_subscription(ref)
        if known.state is HostState.ENDED:
            return known
        if at_period_end:
            return _subscription(self._ask(lambda v1, options: v1.subscriptions.update(ref, {"cancel_at_period_end": True}, options)))
        try:
            return _subscription(self._ask(lambda v1, options: v1.subscriptions.cancel(ref, None, options)))
        except UnknownReference:
            # Ended between the two calls: Stripe no longer lets it be cancelled.
            return self.fetch_subscription(ref)

    def keep_subscription(self, ref: str) -> HostSubscription:
        """Take back a cancellation that has not come into force."""
        return _subscription(self._ask(lambda v1, options: v1.subscriptions.update(ref, {"cancel_at_period_end": False}, options)))

    def host_invoices(self, customer: str) -> Sequence[HostInvoice]:
        """The latest bills of an operator, newest first."""
        params = {"customer": customer, "limit": 24}
        rows = self._stripe.ask(lambda v1, options: v1.invoices.list(params, options))["data"]
        return [
            HostInvoice(
                ref=row["id"],
                number=row.get("number") or "",
                amount=read.money(row["total"], row["currency"]),
                paid=row.get("status") == "paid",
                created_at=datetime.fromtimestamp(row["created"], UTC),
                url=row.get("hosted_invoice_url") or "",
            )
            for row in rows
        ]

    def open_connected(self, *, name: str, country: str, email: str, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> str:
        """A new account for an operator under the host's."""
        params = {"type": "standard", "country": country, "email": email, "business_profile": {"name": name}, "metadata": dict(metadata or {})}
        return str(self._ask(lambda v1, options: v1.accounts.create(params, options), idempotency_key)["id"])

    def onboarding(self, account_ref: str, *, return_url: str, again_url: str) -> Redirect:
        """Stripe's page where an operator tells who they are."""
        params = {"account": account_ref, "type": "account_onboarding", "return_url": return_url, "refresh_url": again_url}
        return Redirect(self._ask(lambda v1, options: v1.account_links.create(params, options))["url"], account_ref)

    def describe_connected(self, account_ref: str) -> AccountInfo:
        """What an operator's account can do now."""
        return StripePayments(replace(self._account, connected=account_ref), self._config).describe()

    def _ask(self, call: Any, key: str = "") -> Doc:
        try:
            return self._stripe.ask(call, key)
        except Declined as declined:
            raise NotPossible(read.failure_of(declined.error), str(declined)) from None


def _price(doc: Doc) -> HostPrice:
    return HostPrice(
        ref=doc["id"],
        key=doc.get("lookup_key") or "",
        name=doc.get("nickname") or "",
        amount=read.money(doc.get("unit_amount"), doc["currency"]),
        interval=Interval((doc.get("recurring") or {}).get("interval", "month")),
        active=doc["active"],
    )


def _subscription(doc: Doc) -> HostSubscription:
    item = doc["items"]["data"][0]
    return HostSubscription(
        ref=doc["id"],
        state=STATES.get(doc["status"], HostState.INCOMPLETE),
        customer=read.ident(doc["customer"]),
        price_ref=item["price"]["id"],
        quantity=item.get("quantity") or 1,
        period_ends_at=read.moment(item.get("current_period_end")),
        ends_at_period_end=bool(doc.get("cancel_at_period_end")),
        metadata=doc.get("metadata") or {},
    )
