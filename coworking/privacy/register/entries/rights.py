"""What people asked about their own data, what they agreed to, and who looked at it."""

from flask_babel import lazy_gettext as _

from ..entry import Clock, Entry, Keep, Use
from ..table import Address, Fate, Is, Table
from ..terms import Basis, Erase, Export, Purpose, Reader, Source, Subject

EVERYBODY = frozenset({Subject.MEMBER, Subject.GUEST, Subject.CUSTOMER, Subject.VISITOR, Subject.STAFF})
PEOPLE = frozenset({Subject.MEMBER, Subject.STAFF})
DUTY = (Use(Purpose.RIGHTS, Basis.LAW),)
SEEN = frozenset({Reader.SELF, Reader.MANAGER})
# Five years: how long most claims can be brought (Code civil art. 2224; UK six, Norway three).
PROOF = Keep(Clock.ENDED, 1825)
TYPED = frozenset({Source.SUBJECT, Source.OPERATOR})
# Back-ups live 35 days; whoever restores the oldest one still finds here whom to erase again.
JOURNAL_DAYS = 40

ENTRIES = (
    Entry("request.person", _("Who asked about their data"), EVERYBODY, "user.contact", DUTY, TYPED, SEEN, PROOF, Erase.SEVER, recipients=("storage", "mail")),
    Entry("request.words", _("What was asked, and what was answered"), EVERYBODY, "user.content.private", DUTY, TYPED, SEEN, PROOF, Erase.SEVER,
          recipients=("storage", "mail")),
    Entry("statement.words", _("What you want to have said beside your data"), PEOPLE, "user.content.private", DUTY, frozenset({Source.SUBJECT}), SEEN,
          Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage",), optional=True),
    Entry("restriction.record", _("That your data is set aside, since when and why"), PEOPLE, "user.settings", DUTY, TYPED, SEEN,
          Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage",)),
    Entry("objection.record", _("What you objected to"), PEOPLE, "user.settings", DUTY, TYPED, SEEN, Keep(Clock.ACCOUNT_END, 0), Erase.DELETE,
          recipients=("storage",)),
    Entry("consent.record", _("What you agreed to, when, and to which words"), EVERYBODY, "user.privacy_preferences", DUTY, frozenset({Source.SUBJECT}), SEEN,
          PROOF, Erase.SEVER, recipients=("storage",)),
    Entry("notice.told", _("That and when you were told of a change"), PEOPLE, "user.behavior", DUTY, frozenset({Source.AUTOMATIC}), SEEN,
          Keep(Clock.ACCOUNT_END, 0), Erase.DELETE, recipients=("storage",)),
    Entry("hold.record", _("That something of yours must be kept for a dispute"), PEOPLE, "user.content.private", DUTY, frozenset({Source.OPERATOR}), SEEN,
          Keep(Clock.ENDED, 365), Erase.DELETE, recipients=("storage",)),
    Entry("access.record", _("Who of the staff opened your page, and when"), PEOPLE, "user.behavior", DUTY, frozenset({Source.AUTOMATIC}), SEEN,
          Keep(Clock.CREATED, 365), Erase.DELETE, Export.REDACTED, recipients=("storage",)),
    Entry("erasure.mark", _("That you were erased, so that no back-up brings you back: your account's number and a keyed hash of your address"), EVERYBODY,
          "user.unique_id", DUTY, frozenset({Source.AUTOMATIC}), frozenset({Reader.NOBODY}), Keep(Clock.CREATED, JOURNAL_DAYS), Erase.EXPIRE,
          Export.WITHHOLD, recipients=("storage",), withheld=_("It comes to be when everything else of you goes, and names nobody.")),
    Entry("problem.record", _("A problem with data that you told us about"), EVERYBODY, "user.content.private", DUTY, frozenset({Source.SUBJECT}), SEEN,
          PROOF, Erase.SEVER, recipients=("storage", "mail")),
)  # fmt: skip

TABLES = (
    Table("privacy_request", Fate.SEVER, owner=(Is("person_id"), Address("email")), mentions=("handled_by_id",),
          blank=("person_id", "email", "name", "words", "answer", "extended_because"), clock="answered_at"),
    Table("statement", Fate.DELETE, owner=(Is("person_id"),), clock="made_at"),
    Table("restriction", Fate.DELETE, owner=(Is("person_id"),), clock="since"),
    Table("objection", Fate.DELETE, owner=(Is("person_id"),), clock="made_at"),
    Table("consent", Fate.SEVER, owner=(Is("person_id"), Address("email")), blank=("person_id", "email"), clock="withdrawn_at"),
    Table("policy_notice", Fate.DELETE, owner=(Is("person_id"),), clock="told_at"),
    Table("inactivity_notice", Fate.DELETE, owner=(Is("person_id"),), clock="told_at"),
    Table("legal_hold", Fate.DELETE, owner=(Is("person_id"),), mentions=("made_by_id",), clock="ends_on"),
    Table("access_entry", Fate.DELETE, owner=(Is("person_id"),), mentions=("by_id",), clock="at"),
    Table("problem_report", Fate.SEVER, owner=(Address("email"),), mentions=("handled_by_id",), blank=("email", "words"), clock="closed_at"),
    Table("support_grant", Fate.STAY, mentions=("granted_by_id", "person_id")),
    Table("incident", Fate.STAY, mentions=("opened_by_id",)),
    Table("incident_notice", Fate.DELETE, owner=(Is("person_id"), Address("email")), clock="told_at"),
    Table("news_message", Fate.STAY, mentions=("made_by_id",)),
    Table("policy_version", Fate.STAY, mentions=("published_by_id",)),
)  # fmt: skip
