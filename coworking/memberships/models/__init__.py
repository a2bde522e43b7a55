"""The tables of memberships."""

from .ledger import Direction, Grant, LedgerEntry
from .plan import Allowance, Plan, PlanKind, PlanVersion
from .promotion import Promotion, Redemption
from .subscription import Order, Pause, PriceOverride, Subscription, SubscriptionEvent, SubscriptionState, VersionNotice

__all__ = [
    "Allowance",
    "Direction",
    "Grant",
    "LedgerEntry",
    "Order",
    "Pause",
    "Plan",
    "PlanKind",
    "PlanVersion",
    "PriceOverride",
    "Promotion",
    "Redemption",
    "Subscription",
    "SubscriptionEvent",
    "SubscriptionState",
    "VersionNotice",
]
