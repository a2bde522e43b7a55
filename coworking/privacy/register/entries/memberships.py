"""Subscriptions, orders, and what a plan includes."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Held, Keep, Use
from ..table import Fate, Is, Table, Through
from ..terms import Basis, Erase, Purpose, Reader, Source, Subject

WHO = frozenset({Subject.MEMBER, Subject.CUSTOMER})
HOUSE = frozenset({Reader.SELF, Reader.FRONT_DESK, Reader.MANAGER, Reader.ACCOUNTANT})

ENTRIES = (
    Entry(
        "subscription.record", _("Your membership: plan, price, periods, pauses, changes and its end"), WHO, "user.behavior.purchase_history",
        (Use(Purpose.MEMBERSHIP, Basis.CONTRACT), Use(Purpose.BOOKS, Basis.LAW)), frozenset({Source.SUBJECT, Source.OPERATOR, Source.AUTOMATIC}), HOUSE,
        Held("contract"), Erase.HOLD, recipients=("storage", "mail"),
    ),
    Entry(
        "order.record", _("What you ordered, until it became a membership"), WHO, "user.behavior.purchase_history",
        (Use(Purpose.MEMBERSHIP, Basis.CONTRACT),), frozenset({Source.SUBJECT}), HOUSE, Keep(Clock.CREATED, 365), Erase.DELETE, recipients=("storage", "mail"),
    ),
    Entry(
        "allowance.record", _("What your plan includes, and what you used of it"), WHO, "user.behavior", (Use(Purpose.MEMBERSHIP, Basis.CONTRACT),),
        frozenset({Source.AUTOMATIC, Source.OPERATOR}), HOUSE, Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage",),
    ),
)  # fmt: skip

_SUBSCRIPTION = (Through("subscription_id", "subscription"),)
TABLES = (
    Table("subscription", Fate.HOLD, owner=(Is("person_id"), Through("account_id", "account")), blank=("person_id",), clock="ends_on"),
    Table("subscription_event", Fate.HOLD, owner=_SUBSCRIPTION, mentions=("by_id",), clock="at"),
    Table("pause", Fate.HOLD, owner=_SUBSCRIPTION),
    Table("price_override", Fate.HOLD, owner=_SUBSCRIPTION, mentions=("given_by_id",)),
    Table("redemption", Fate.HOLD, owner=_SUBSCRIPTION),
    Table("version_notice", Fate.HOLD, owner=_SUBSCRIPTION),
    Table("purchase_order", Fate.DELETE, owner=(Is("person_id"), Through("account_id", "account")), clock="created_at"),
    Table("allowance_grant", Fate.DELETE, owner=(Is("person_id"),), clock="created_at"),
    # What was used of a company's pool stays in the pool's sums; who used it goes.
    Table("ledger_entry", Fate.DELETE, owner=(Through("grant_id", "allowance_grant"),), mentions=("person_id", "by_id"), clock="at"),
)
