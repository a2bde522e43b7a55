"""Accounts, profiles and signing in."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Keep, Use
from ..table import Address, Fate, Is, Table
from ..terms import Basis, Erase, Export, Purpose, Reader, Source, Subject

MEMBER, STAFF = Subject.MEMBER, Subject.STAFF
HOUSE = frozenset({Reader.SELF, Reader.FRONT_DESK, Reader.MANAGER})
# Whoever sees the people of the house: the accountant does, for the books.
BOOKS_TOO = HOUSE | {Reader.ACCOUNTANT}
COLLEAGUES = BOOKS_TOO | {Reader.MEMBERS}
UNTIL_ACCOUNT_ENDS = Keep(Clock.ACCOUNT_END, 0)
SAFE = _("Strangers who try passwords are stopped, and you can see where you are signed in. Little is kept, for a short time, and nobody reads it.")
WORK = _("Who did what at the desk can be checked. Only staff are concerned, and only their work.")

ENTRIES = (
    Entry(
        "person.email", _("E-mail address"), frozenset({MEMBER, STAFF}), "user.contact.email",
        (Use(Purpose.ACCOUNT, Basis.CONTRACT), Use(Purpose.DELIVERY, Basis.CONTRACT)),
        frozenset({Source.SUBJECT, Source.OPERATOR, Source.OTHER_USER}), COLLEAGUES, UNTIL_ACCOUNT_ENDS, Erase.DELETE,
        recipients=("storage", "mail"),
    ),
    Entry(
        "person.name", _("Name"), frozenset({MEMBER, STAFF}), "user.name", (Use(Purpose.ACCOUNT, Basis.CONTRACT), Use(Purpose.BOOKING, Basis.CONTRACT)),
        frozenset({Source.SUBJECT, Source.OPERATOR}), COLLEAGUES | {Reader.GUESTS}, UNTIL_ACCOUNT_ENDS, Erase.DELETE, recipients=("storage", "mail"),
    ),
    Entry(
        "person.phone", _("Phone number"), frozenset({MEMBER, STAFF}), "user.contact.phone_number", (Use(Purpose.BOOKING, Basis.CONTRACT),),
        frozenset({Source.SUBJECT}), BOOKS_TOO, UNTIL_ACCOUNT_ENDS, Erase.DELETE, recipients=("storage",), optional=True,
    ),
    Entry(
        "person.photo", _("Photo of you"), frozenset({MEMBER, STAFF}), "user.content.self_image", (Use(Purpose.BOOKING, Basis.CONTRACT),),
        frozenset({Source.SUBJECT}), BOOKS_TOO, UNTIL_ACCOUNT_ENDS, Erase.DELETE, recipients=("storage",), optional=True,
    ),
    Entry(
        "person.profile", _("Job title and what you say about yourself"), frozenset({MEMBER, STAFF}), "user.content.public",
        (Use(Purpose.ACCOUNT, Basis.CONTRACT),), frozenset({Source.SUBJECT}), HOUSE, UNTIL_ACCOUNT_ENDS, Erase.DELETE,
        recipients=("storage",), optional=True,
    ),
    Entry(
        "person.company", _("Your company, and your seat in it"), frozenset({MEMBER, Subject.CUSTOMER}), "user.professional_information.workplace",
        (Use(Purpose.MEMBERSHIP, Basis.CONTRACT),), frozenset({Source.SUBJECT, Source.OTHER_USER}), COLLEAGUES, UNTIL_ACCOUNT_ENDS, Erase.DELETE,
        recipients=("storage",), optional=True,
    ),
    Entry(
        "person.preferences", _("Language and time zone"), frozenset({MEMBER, STAFF}), "user.settings", (Use(Purpose.ACCOUNT, Basis.CONTRACT),),
        frozenset({Source.SUBJECT}), frozenset({Reader.SELF, Reader.NOBODY}), UNTIL_ACCOUNT_ENDS, Erase.DELETE, recipients=("storage",), optional=True,
    ),
    Entry(
        "person.account", _("The number of your account, and when it was made, confirmed and last used"), frozenset({MEMBER, STAFF}), "user.account",
        (Use(Purpose.ACCOUNT, Basis.CONTRACT),), frozenset({Source.AUTOMATIC}), BOOKS_TOO, UNTIL_ACCOUNT_ENDS, Erase.DELETE, recipients=("storage",),
    ),
    Entry(
        "person.role", _("What you may do here"), frozenset({MEMBER, STAFF}), "user.authorization", (Use(Purpose.SECURITY, Basis.CONTRACT),),
        frozenset({Source.OPERATOR, Source.OTHER_USER}), COLLEAGUES, UNTIL_ACCOUNT_ENDS, Erase.DELETE, recipients=("storage",),
    ),
    Entry(
        "person.password", _("Password, as a hash that can't be turned back"), frozenset({MEMBER, STAFF}), "user.authorization.credentials",
        (Use(Purpose.ACCOUNT, Basis.CONTRACT),), frozenset({Source.SUBJECT}), frozenset({Reader.NOBODY}), UNTIL_ACCOUNT_ENDS, Erase.DELETE,
        Export.WITHHOLD, recipients=("storage",), withheld=_("A copy of the hash would only help somebody who wants to guess your password."),
    ),
    Entry(
        "session.person", _("That you are signed in"), frozenset({MEMBER, STAFF}), "user.device", (Use(Purpose.ACCOUNT, Basis.CONTRACT),),
        frozenset({Source.AUTOMATIC}), frozenset({Reader.SELF}), Keep(Clock.ENDED, 30), Erase.DELETE, recipients=("storage",),
    ),
    Entry(
        "session.browser", _("Kind of browser and system that you are signed in with"), frozenset({MEMBER, STAFF}), "user.device",
        (Use(Purpose.SECURITY, Basis.INTEREST, SAFE),), frozenset({Source.AUTOMATIC}), frozenset({Reader.SELF}), Keep(Clock.ENDED, 30), Erase.DELETE,
        recipients=("storage",),
    ),
    Entry(
        "session.times", _("When you signed in and out"), frozenset({MEMBER, STAFF}), "user.behavior", (Use(Purpose.SECURITY, Basis.INTEREST, SAFE),),
        frozenset({Source.AUTOMATIC}), frozenset({Reader.SELF}), Keep(Clock.ENDED, 30), Erase.DELETE, recipients=("storage",),
    ),
    Entry(
        "session.token", _("Hashes of the keys in your browser and in links that we mailed"), frozenset({MEMBER, STAFF, Subject.GUEST}),
        "user.authorization.credentials", (Use(Purpose.SECURITY, Basis.INTEREST, SAFE),), frozenset({Source.AUTOMATIC}), frozenset({Reader.NOBODY}),
        Keep(Clock.ENDED, 30), Erase.DELETE, Export.WITHHOLD, recipients=("storage",),
        withheld=_("They are worth nothing outside our software, and a copy could only be misused."),
    ),
    Entry(
        "link.address", _("Address that a link was asked for or mailed to"), frozenset({Subject.VISITOR, MEMBER, STAFF}), "user.contact.email",
        (Use(Purpose.SECURITY, Basis.INTEREST, SAFE),), frozenset({Source.SUBJECT, Source.OTHER_USER}), frozenset({Reader.NOBODY}), Keep(Clock.ENDED, 30),
        Erase.DELETE, recipients=("storage", "mail"),
    ),
    Entry(
        "attempt.key", _("That something was tried: to sign in, or to send a form. A hash of the address, and the network you came from"), frozenset({Subject.VISITOR, MEMBER, STAFF}),
        "user.device.ip_address", (Use(Purpose.SECURITY, Basis.INTEREST, SAFE),), frozenset({Source.AUTOMATIC}), frozenset({Reader.NOBODY}),
        Keep(Clock.CREATED, 1), Erase.EXPIRE, Export.WITHHOLD, recipients=("storage",),
        withheld=_("They are gone within a day, and until then belong as much to whoever else uses the same connection."),
    ),
    Entry(
        "staff.work", _("Who of the staff did it"), frozenset({STAFF}), "user.behavior", (Use(Purpose.SECURITY, Basis.INTEREST, WORK),),
        frozenset({Source.AUTOMATIC}), frozenset({Reader.MANAGER, Reader.ACCOUNTANT, Reader.SELF}), UNTIL_ACCOUNT_ENDS, Erase.CUT, recipients=("storage",),
    ),
)  # fmt: skip

TABLES = (
    Table("person", Fate.DELETE, owner=(Is("id"),), clock="last_used_on"),
    Table("sign_in_session", Fate.DELETE, owner=(Is("person_id"),), clock="ended_at"),
    Table("mailed_link", Fate.DELETE, owner=(Is("person_id"), Address("address")), clock="expires_at"),
    Table("link_wish", Fate.DELETE, owner=(Address("email"),), clock="created_at"),
    Table("attempt", Fate.EXPIRE, clock="at"),
    Table("seat", Fate.DELETE, owner=(Is("person_id"),), clock="left_at"),
    Table("seat_invitation", Fate.DELETE, owner=(Address("email"),), mentions=("invited_by_id",), clock="expires_at"),
)
