"""Mail that we sent or will send, what people want to get, and the queue of work."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Keep, Use
from ..table import Address, Fate, Table, Through
from ..terms import Basis, Erase, Export, Purpose, Reader, Source, Subject

EVERYBODY = frozenset({Subject.MEMBER, Subject.GUEST, Subject.CUSTOMER, Subject.VISITOR, Subject.STAFF})
PROOF = _("A mail that went astray must be found and sent again. Copies are deleted after a short time, and nobody reads them without need.")
SENT = (Use(Purpose.DELIVERY, Basis.INTEREST, PROOF),)
# Words and attachments go at once when a mail is sent; its address and subject, and whatever could not be sent, a month later.
KEPT = Keep(Clock.CREATED, 30)

ENTRIES = (
    Entry("mail.address", _("Address that a mail went to"), EVERYBODY, "user.contact.email", SENT, frozenset({Source.AUTOMATIC}),
          frozenset({Reader.SELF, Reader.NOBODY}), KEPT, Erase.DELETE, recipients=("storage", "mail")),
    Entry("mail.content", _("Mails to you: their words until they are sent, their subject for a month"), EVERYBODY, "user.content.private", SENT, frozenset({Source.AUTOMATIC}),
          frozenset({Reader.SELF, Reader.NOBODY}), KEPT, Erase.DELETE, recipients=("storage", "mail")),
    Entry("mail.choice", _("Which mails you want"), EVERYBODY, "user.settings", (Use(Purpose.NEWS, Basis.CONSENT, consent="news"),),
          frozenset({Source.SUBJECT}), frozenset({Reader.SELF, Reader.MANAGER}), Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage",), optional=True),
    Entry("job.args", _("Numbers of rows that work waits for; never what you typed"), EVERYBODY, "user.unique_id",
          (Use(Purpose.RUNNING, Basis.INTEREST, _("Work that follows your request is done after the answer, so that you need not wait.")),),
          frozenset({Source.AUTOMATIC}), frozenset({Reader.NOBODY}), Keep(Clock.CREATED, 31), Erase.EXPIRE, Export.WITHHOLD, recipients=("storage",),
          withheld=_("They only name other rows, which you get.")),
)  # fmt: skip

TABLES = (
    Table("outbox_mail", Fate.DELETE, owner=(Address("to"), Address("reply_to")), clock="created_at"),
    Table("outbox_attachment", Fate.DELETE, owner=(Through("mail_id", "outbox_mail"),)),
    Table("mail_choice", Fate.DELETE, owner=(Address("email"),), clock="changed_at"),
    Table("job", Fate.EXPIRE, clock="created_at"),
)
