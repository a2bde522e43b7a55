"""Bookings, check-ins, and guests whom members invite."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Keep, Use
from ..table import Address, Fate, Is, Table, Through
from ..terms import Basis, Erase, Export, Purpose, Reader, Source, Subject

MEMBER = frozenset({Subject.MEMBER})
HOUSE = frozenset({Reader.SELF, Reader.FRONT_DESK, Reader.MANAGER, Reader.ACCOUNTANT})
BY_CONTRACT = (Use(Purpose.BOOKING, Basis.CONTRACT),)
# Invitations tell a guest what, where and when.
GUESTS_TOO = HOUSE | {Reader.GUESTS}
YEAR = Keep(Clock.ENDED, 365, least=30, most=730)
INVITED = _("The member wants you to find the place, and the desk to know whom to let in. You can have it removed with one click.")
BY_MEMBER = (Use(Purpose.BOOKING, Basis.INTEREST, INVITED),)

ENTRIES = (
    Entry(
        "booking.person", _("Who booked, for whom, and who cancelled"), MEMBER, "user.behavior.purchase_history", BY_CONTRACT,
        frozenset({Source.SUBJECT, Source.OPERATOR}), HOUSE, YEAR, Erase.SEVER, Export.REDACTED, recipients=("storage",),
    ),
    Entry(
        "booking.time", _("What was booked and when"), MEMBER, "user.behavior.purchase_history", BY_CONTRACT,
        frozenset({Source.SUBJECT, Source.OPERATOR}), GUESTS_TOO, YEAR, Erase.SEVER, recipients=("storage", "mail"),
    ),
    Entry(
        "booking.title", _("Title and number of people of a booking"), MEMBER, "user.content.private", BY_CONTRACT, frozenset({Source.SUBJECT}), GUESTS_TOO,
        YEAR, Erase.SEVER, recipients=("storage", "mail"), optional=True,
    ),
    Entry(
        "booking.price", _("What a booking costs, and how that was reckoned"), MEMBER, "user.financial", BY_CONTRACT, frozenset({Source.AUTOMATIC}), HOUSE, YEAR,
        Erase.SEVER, recipients=("storage", "mail"),
    ),
    Entry(
        "booking.check_in", _("When you checked in"), MEMBER, "user.behavior", BY_CONTRACT, frozenset({Source.SUBJECT, Source.OPERATOR}), HOUSE, YEAR,
        Erase.SEVER, recipients=("storage",),
    ),
    Entry(
        "guest.name", _("Name of a guest"), frozenset({Subject.GUEST}), "user.name", BY_MEMBER, frozenset({Source.OTHER_USER}), HOUSE,
        Keep(Clock.ENDED, 30, least=0, most=90), Erase.DELETE, recipients=("storage", "mail"), optional=True,
    ),
    Entry(
        "guest.email", _("E-mail address of a guest"), frozenset({Subject.GUEST}), "user.contact.email", BY_MEMBER, frozenset({Source.OTHER_USER}), HOUSE,
        Keep(Clock.ENDED, 30, least=0, most=90), Erase.DELETE, recipients=("storage", "mail"),
    ),
    Entry(
        "guest.booking", _("To what a guest was invited, and when"), frozenset({Subject.GUEST}), "user.behavior", BY_MEMBER, frozenset({Source.OTHER_USER}), HOUSE,
        Keep(Clock.ENDED, 30, least=0, most=90), Erase.DELETE, recipients=("storage", "mail"),
    ),
)  # fmt: skip

TABLES = (
    # A booking that is erased leaves only a count of its day, week or month: see privacy/occupancy.py.
    Table("booking", Fate.SEVER, owner=(Is("person_id"),), mentions=("booked_by_id", "cancelled_by_id"), clock="ends_at"),
    Table("booking_guest", Fate.DELETE, owner=(Address("email"), Through("booking_id", "booking"))),
)
