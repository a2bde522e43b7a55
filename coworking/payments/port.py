"""The payment port: what billing may ask of whoever moves the money. No provider's words.

A provider is opened for one account (``opening.open_account``) and acts for that account alone. Verbs that
write take an idempotency key: the same key with the same wishes gives the same answer for 24 hours at least,
so a verb that raised ProviderUnavailable is repeated with its key. Card numbers never come here: the payer
types them on the provider's own page, and only brand, last four digits, expiry and a token come back.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from coworking.core.money import Money

from .words import (
    TOLERANCE,
    Account,
    AccountInfo,
    Checkout,
    CheckoutState,
    Dispute,
    DisputeState,
    Event,
    EventKind,
    MethodKind,
    Movement,
    MovementKind,
    Offer,
    Outcome,
    Redirect,
    SavedMethod,
    State,
    Visit,
    Webhook,
)


class Payments(Protocol):
    """One account at one provider. Every verb may raise a PaymentError; the names say which to expect."""

    @property
    def offers(self) -> frozenset[Offer]:
        """What can be asked of it; any other verb raises NotPossible(NOT_OFFERED)."""

    def create_customer(self, *, name: str, email: str, locale: str, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> str:
        """Token of a new customer."""

    def update_customer(self, customer: str, *, name: str, email: str, locale: str, idempotency_key: str) -> None:
        """Correct what the provider knows of a customer; nothing happens for one who is gone."""

    def delete_customer(self, customer: str) -> None:
        """Forget the customer and their methods; nothing happens when they are gone already."""

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
        """A page where the payer pays ``amount``. ``save_method`` also keeps the card for later, with their consent.

        The metadata goes on the payment too.
        """

    def start_saving_method(self, visit: Visit, *, currency: str, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> Redirect:
        """A page where the visiting customer saves a card or account without paying; it becomes their default."""

    def portal(self, *, customer: str, return_url: str, locale: str = "en") -> Redirect:
        """The provider's own page of a customer's methods and receipts."""

    def fetch_checkout(self, ref: str) -> Checkout:
        """The visit as it stands now; raises UnknownReference."""

    def expire_checkout(self, ref: str) -> Checkout:
        """Close a page that nobody should pay on any more; a finished one stays as it is."""

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
        """Charge a saved method. A decline is an Outcome, not an error.

        With ``return_url`` the payer is present: when the bank asks them, ``action_url`` is where they
        approve and come back from. Without it, nobody is there, and NEEDS_ACTION has no ``action_url``.
        """

    def cancel(self, ref: str) -> Outcome:
        """Give up a payment that waits for the payer; one that succeeded stays, and its Outcome says so."""

    def refund(self, ref: str, amount: Money, *, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> Outcome:
        """Send back part or all of a payment; raises NotPossible(REFUND_TOO_LARGE or NOT_REFUNDABLE)."""

    def fetch(self, ref: str) -> Outcome:
        """A payment or a refund as it stands now; raises UnknownReference."""

    def fetch_dispute(self, ref: str) -> Dispute:
        """A dispute as it stands now; raises UnknownReference."""

    def methods(self, customer: str) -> Sequence[SavedMethod]:
        """Saved methods, the default first; none for a customer who is gone."""

    def choose_default(self, customer: str, method: str) -> None:
        """Charge this method from now on."""

    def detach(self, method: str) -> None:
        """Forget a method; nothing happens when it is gone already."""

    def list_movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """The account's book from ``since`` up to, not including, ``until`` (UTC), newest first."""

    def read_event(self, payload: bytes, signature: str, secret: str, tolerance: int = TOLERANCE) -> Event:
        """The event in a signed message; raises Forged. An empty secret checks nothing, so it is refused too."""

    def describe(self) -> AccountInfo:
        """Who the account is; raises KeyRefused. Ask it before a key is kept."""

    def watch(self, url: str, *, idempotency_key: str, connected: bool = False) -> Webhook:
        """Have events sent to ``url``: an operator only brings a key. ``connected``: those of all connected accounts."""

    def unwatch(self, ref: str) -> None:
        """Stop sending events; nothing happens when it is gone already."""


__all__ = [
    "TOLERANCE",
    "Account",
    "AccountInfo",
    "Checkout",
    "CheckoutState",
    "Dispute",
    "DisputeState",
    "Event",
    "EventKind",
    "MethodKind",
    "Movement",
    "MovementKind",
    "Offer",
    "Outcome",
    "Payments",
    "Redirect",
    "SavedMethod",
    "State",
    "Visit",
    "Webhook",
]
