"""One promise of the five founding documents, and what became of it."""

from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Disposition(Enum):
    """What we do with the promise as it was written."""

    KEEP = "K"
    ADAPT = "A"
    """The intent stays, in a lawful form."""
    REPLACE = "R"
    """The intent stays, by a better means."""
    REFUSE = "X"


class State(Enum):
    """Whether it may be said in public."""

    PROVEN = "proven"
    """A test is marked with it, and ran green when proofs were recorded last."""
    NOT_OFFERED = "not offered"
    """About something that is not part of the software: nothing is said of it."""
    REFUSED = "refused"
    """We do otherwise, and say so on a page of its own: see conflicts.py."""


class Topic(Enum):
    """Where a sentence stands in the policy, in this order."""

    text: LazyString

    def __new__(cls, value: str, text: LazyString) -> "Topic":
        """A member whose value is its short name, which is also its anchor."""
        member = object.__new__(cls)
        member._value_ = value
        member.text = text
        return member

    WHO = "who", _("Who says this, and what it covers")
    ACCOUNT = "account", _("Your account")
    BOOKING = "booking", _("Rooms and desks")
    MONEY = "money", _("Money")
    MAIL = "mail", _("Mails and news")
    BROWSER = "browser", _("Your browser")
    OTHERS = "others", _("Who else gets data")
    TIME = "time", _("How long things stay")
    RIGHTS = "rights", _("What you can ask for")
    SAFETY = "safety", _("Safety")
    CHANGES = "changes", _("Changes")


@dataclass(frozen=True, slots=True)
class Promise:
    """``seed``: the founding document; ``text``: the promise there, in our words, for those who develop.

    ``printed``: the sentence that readers see where the promise is proven; none where another one says it already.
    """

    id: str
    disposition: Disposition
    state: State
    text: str
    topic: Topic | None = None
    printed: LazyString | None = None
    missing: str = ""
    """What the software would need first, for NOT_OFFERED."""
    conflict: str = ""
    """Key of conflicts.py, where the documents disagree with each other or with the law."""

    def __post_init__(self) -> None:
        """Each state has what it needs and nothing else."""
        if (self.topic is None) != (self.printed is None) or (self.printed is not None and self.state is not State.PROVEN):
            raise ValueError(f"{self.id}: a sentence has a topic, and only what is proven is said")
        if (self.state is State.NOT_OFFERED) != bool(self.missing):
            raise ValueError(f"{self.id}: what is not offered says why, and nothing else does")
        if (self.state is State.REFUSED) != (self.disposition is Disposition.REFUSE) or (self.state is State.REFUSED and not self.conflict):
            raise ValueError(f"{self.id}: what is refused names its conflict")

    @property
    def seed(self) -> str:
        """Short name of the founding document."""
        return self.id.split("-")[0]


def proven(key: str, disposition: str, text: str, topic: Topic | None = None, printed: LazyString | None = None, *, conflict: str = "") -> Promise:
    """A promise that a test keeps."""
    return Promise(key, Disposition(disposition), State.PROVEN, text, topic, printed, conflict=conflict)


def not_offered(key: str, disposition: str, text: str, missing: str, *, conflict: str = "") -> Promise:
    """A promise about something that we don't have."""
    return Promise(key, Disposition(disposition), State.NOT_OFFERED, text, missing=missing, conflict=conflict)


def refused(key: str, text: str, conflict: str) -> Promise:
    """A promise that we don't make."""
    return Promise(key, Disposition.REFUSE, State.REFUSED, text, conflict=conflict)
