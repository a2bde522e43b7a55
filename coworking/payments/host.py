"""The host's own billing of operators: the second, smaller port. The provider keeps these subscriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from coworking.core.money import Money

from .port import TOLERANCE, AccountInfo, Checkout, Event, Redirect, Visit


class Interval(StrEnum):
    """How often a plan of the host is billed."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class HostPrice:
    """A price that operators can take."""

    ref: str
    key: str
    """Our own stable name of it."""
    name: str
    amount: Money
    interval: Interval
    active: bool


class HostState(StrEnum):
    """Where an operator's subscription stands."""

    INCOMPLETE = "incomplete"
    TRIAL = "trial"
    ACTIVE = "active"
    OVERDUE = "overdue"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HostSubscription:
    """An operator's subscription as the provider sees it now."""

    ref: str
    state: HostState
    customer: str
    price_ref: str
    quantity: int
    period_ends_at: datetime | None
    ends_at_period_end: bool
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HostInvoice:
    """A bill from the host to an operator."""

    ref: str
    number: str
    amount: Money
    paid: bool
    created_at: datetime
    url: str
    """The provider's page of it, where an open one can be paid."""


class HostBilling(Protocol):
    """Subscriptions of operators, by the host's own account. Every verb may raise a PaymentError."""

    def publish_price(self, *, key: str, name: str, amount: Money, interval: Interval) -> HostPrice:
        """The price under our ``key``, made when it does not exist, replaced when its amount changed."""

    def prices(self) -> Sequence[HostPrice]:
        """The active prices that have a key of ours."""

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
        """A page where an operator subscribes; ``fetch_checkout`` then names the subscription."""

    def fetch_checkout(self, ref: str) -> Checkout:
        """The visit as it stands now; raises UnknownReference."""

    def portal(self, *, customer: str, return_url: str, locale: str = "en") -> Redirect:
        """The provider's own page where an operator changes card, sees bills, and ends the subscription."""

    def read_event(self, payload: bytes, signature: str, secret: str, tolerance: int = TOLERANCE) -> Event:
        """The event in a signed message; raises Forged."""

    def fetch_subscription(self, ref: str) -> HostSubscription:
        """The subscription as it stands now; raises UnknownReference."""

    def change_subscription(self, ref: str, *, price_ref: str, quantity: int = 1, idempotency_key: str) -> HostSubscription:
        """Another price from now on, the rest of the period set off against it."""

    def cancel_subscription(self, ref: str, *, at_period_end: bool = True) -> HostSubscription:
        """End it, with the period unless told otherwise; one that ended stays ended."""

    def keep_subscription(self, ref: str) -> HostSubscription:
        """Take back a cancellation that has not come into force."""

    def host_invoices(self, customer: str) -> Sequence[HostInvoice]:
        """The latest bills of an operator, newest first."""

    def open_connected(self, *, name: str, country: str, email: str, idempotency_key: str, metadata: Mapping[str, str] | None = None) -> str:
        """A new account for an operator under the host's; returns its reference. It takes no money before its onboarding."""

    def onboarding(self, account_ref: str, *, return_url: str, again_url: str) -> Redirect:
        """The provider's page where an operator tells who they are; a link that is used up leads to ``again_url``.

        Coming back proves nothing: ask ``describe_connected``.
        """

    def describe_connected(self, account_ref: str) -> AccountInfo:
        """What an operator's account can do now; raises KeyRefused when it is no longer under the host's."""
