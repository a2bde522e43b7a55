"""Messages from the contact page."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Keep, Use
from ..table import Address, Fate, Table
from ..terms import Basis, Erase, Purpose, Reader, Source, Subject

WRITER = frozenset({Subject.VISITOR, Subject.MEMBER})
ANSWER = (Use(Purpose.ANSWERING, Basis.INTEREST, _("Whoever asks wants an answer, and may come back to it. Nothing else is done with the message.")),)
DESK = frozenset({Reader.SELF, Reader.FRONT_DESK, Reader.MANAGER})
# Three years after the last contact: CNIL's reference period for prospects; the operator may choose less.
KEPT = Keep(Clock.ENDED, 1095, least=30, most=1095)

ENTRIES = (
    Entry("enquiry.name", _("Name of whoever writes to us"), WRITER, "user.name", ANSWER, frozenset({Source.SUBJECT}), DESK, KEPT, Erase.DELETE,
          recipients=("storage", "mail")),
    Entry("enquiry.email", _("E-mail address to answer to"), WRITER, "user.contact.email", ANSWER, frozenset({Source.SUBJECT}), DESK, KEPT, Erase.DELETE,
          recipients=("storage", "mail")),
    Entry("enquiry.message", _("Your message, its language, and when it was answered"), WRITER, "user.content.private", ANSWER, frozenset({Source.SUBJECT}),
          DESK, KEPT, Erase.DELETE, recipients=("storage", "mail")),
)  # fmt: skip

TABLES = (Table("enquiry", Fate.DELETE, owner=(Address("email"),), mentions=("closed_by_id",), clock="closed_at"),)
