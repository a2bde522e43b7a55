"""The words of the payment port: accounts, visits, outcomes, movements, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from coworking.core.money import Money

from .failures import Failure

TOLERANCE = 300
"""Seconds that a signed message may be old (Stripe's own tolerance)."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose money it is. ``repr`` hides the key, so no log can show it."""

    provider: str
    """``manual`` or ``stripe``."""
    secret_key: str = field(default="", repr=False)
    """The operator's own key, or the host's when ``connected`` is set."""
    connected: str = ""
    """The operator's account under the host's (Connect); empty with keys of their own."""


class Offer(StrEnum):
    """What a provider can do; pages ask before they show a button."""

    ONLINE = "online"
    SAVED_METHODS = "saved_methods"
    REFUNDS = "refunds"
    PORTAL = "portal"
    WEBHOOKS = "webhooks"


class MethodKind(StrEnum):
    """What sort of thing is charged."""

    CARD = "card"
    SEPA_DEBIT = "sepa_debit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A card or bank account kept by the provider; all that we may ever know of it."""

    token: str
    kind: MethodKind
    brand: str
    """``visa``, ``mastercard``…; the bank's country for an account."""
    last4: str
    exp_month: int | None = None
    exp_year: int | None = None
    is_default: bool = False


class State(StrEnum):
    """Where a payment or a refund stands."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    """Under way at the bank; a later event tells the end (direct debits take days)."""
    NEEDS_ACTION = "needs_action"
    """The payer must approve it: at ``action_url`` when there is one, else by paying anew through a checkout."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A payment or refund as the provider sees it now."""

    state: State
    ref: str
    """The provider's reference; empty when it was refused before it got one."""
    amount: Money
    failure: Failure | None = None
    action_url: str = ""
    fee: Money | None = None
    """The provider's fee, in the currency it settles in; None until known."""
    refunded: Money | None = None
    """How much of a payment went back so far."""
    disputed: bool = False
    payment_ref: str = ""
    """Of a refund: the payment it belongs to."""
    customer: str = ""
    method: SavedMethod | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    happened_at: datetime | None = None
    """UTC."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody's visit to a page of the provider: who they are there, and where they come back."""

    success_url: str
    """``{CHECKOUT_REF}`` in it becomes the reference of the visit."""
    cancel_url: str
    customer: str = ""
    """Token of a customer; empty makes a new one where the provider needs it."""
    email: str = ""
    """Filled in for a payer who is not a customer yet."""
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A page of the provider to send the payer to, and the reference to ask about afterwards."""

    url: str
    ref: str


class CheckoutState(StrEnum):
    """Where a visit to the provider's page stands."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Checkout:
    """What came of a visit to the provider's page."""

    ref: str
    state: CheckoutState
    customer: str
    outcome: Outcome | None
    """The payment; None while open, or when the visit only saved a method."""
    method: SavedMethod | None
    """What was saved, when something was."""
    subscription_ref: str
    """Of the host's own billing; else empty."""
    metadata: Mapping[str, str]


class DisputeState(StrEnum):
    """Where a payer's complaint at their bank stands."""

    OPEN = "open"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A payer told their bank that they did not owe this: the bank took it back, at least for now."""

    ref: str
    payment_ref: str
    amount: Money
    state: DisputeState
    reason: str
    answer_by: datetime | None


class MovementKind(StrEnum):
    """What moved on the account at the provider."""

    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    PAYMENT_RETURNED = "payment_returned"
    """A direct debit that the bank took back after it had counted as paid."""
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute_won"
    FEE = "fee"
    PAYOUT = "payout"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the provider's book; positive into the account."""

    ref: str
    kind: MovementKind
    amount: Money
    """Before the fee."""
    fee: Money
    source_ref: str
    """The payment, refund or dispute that moved it; empty for payouts and fees."""
    payment_ref: str
    """The payment behind it, as ``Outcome.ref`` names it; empty when there is none."""
    happened_at: datetime


class EventKind(StrEnum):
    """What an event is about; which verb tells the truth of it."""

    CHECKOUT = "checkout"
    """``fetch_checkout(ref)``."""
    PAYMENT = "payment"
    """``fetch(ref)``."""
    REFUND = "refund"
    """``fetch(ref)``."""
    DISPUTE = "dispute"
    """``fetch_dispute(ref)``."""
    METHOD = "method"
    """``methods(customer)``: ``ref`` is the method, ``customer`` whose it is."""
    CUSTOMER = "customer"
    """The customer changed, or is gone: ``deleted``."""
    SUBSCRIPTION = "subscription"
    """The host's own billing: ``fetch_subscription(ref)``."""
    HOST_INVOICE = "host_invoice"
    """The host's own billing: ``fetch_subscription(subscription_ref)``."""
    OTHER = "other"
    """Nothing we act on: acknowledge it."""


@dataclass(frozen=True, slots=True)
class Event:
    """A message whose signature was checked. It says what to look at again, never what is true."""

    id: str
    kind: EventKind
    type: str
    """The provider's own name of it, for the log."""
    ref: str
    customer: str = ""
    subscription_ref: str = ""
    deleted: bool = False
    account: str = ""
    """The connected account it is for; empty for an account's own events."""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """What the provider says of the account that a key opens."""

    ref: str
    name: str
    country: str
    currency: str
    can_charge: bool
    test_mode: bool


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the provider sends events, and the secret that signs them (told once)."""

    ref: str
    secret: str = field(repr=False)
