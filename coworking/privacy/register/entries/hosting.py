"""What the host keeps for itself: of the businesses that use the software, and whoever signs for them."""

from flask_babel import lazy_gettext as _

from ..entry import Entry, Held, Use
from ..terms import Basis, Controller, Erase, Purpose, Reader, Source, Subject

ENTRIES = (
    Entry(
        "host.contract", _("The business that uses the software: its name, address, contact, plan and payments"),
        frozenset({Subject.CUSTOMER}), "user.account", (Use(Purpose.PAYMENT, Basis.CONTRACT), Use(Purpose.BOOKS, Basis.LAW)),
        frozenset({Source.SUBJECT}), frozenset({Reader.SELF, Reader.HOST}), Held("accounting"), Erase.HOLD, recipients=("storage", "mail", "stripe"),
        controller=Controller.HOST,
    ),
)  # fmt: skip
