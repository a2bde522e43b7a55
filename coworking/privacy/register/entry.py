"""One entry of the register: what is kept, of whom, why, for how long, and what becomes of it."""

from dataclasses import dataclass, field
from enum import Enum

from flask_babel.speaklater import LazyString

from .terms import Basis, Controller, Erase, Export, Purpose, Reader, Source, Subject


class Clock(Enum):
    """The moment from which retention counts."""

    CREATED = "created"
    """When the row was made."""
    ENDED = "ended"
    """When the thing ended: a booking's end, an enquiry's closing, a session's end, a subscription's last day."""
    ACCOUNT_END = "account_end"
    """When the account is erased, at the person's wish or after the longest inactivity."""
    YEAR_END = "year_end"
    """At the end of the financial year."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Kept for ``days`` after ``clock``, then erased. The operator may choose between ``least`` and ``most`` days."""

    clock: Clock
    days: int
    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        """An operator's choice has two ends, around the default."""
        if (self.least is None) != (self.most is None):
            raise ValueError("least and most come together")
        if self.least is not None and self.most is not None and not self.least <= self.days <= self.most:
            raise ValueError("the default lies between least and most")


@dataclass(frozen=True, slots=True)
class Held:
    """Kept as long as ``law`` says in the operator's country: a key of laws.py."""

    law: str


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose with what makes it lawful.

    A legitimate interest names the note that weighs it (``balancing``), a consent its key (``consent``).
    """

    purpose: Purpose
    basis: Basis
    balancing: LazyString | None = None
    consent: str | None = None

    def __post_init__(self) -> None:
        """Refuse a basis without what it needs (GDPR Art. 6, 7 and 13(1)(d))."""
        if (self.basis is Basis.INTEREST) != (self.balancing is not None):
            raise ValueError("a legitimate interest, and nothing else, is weighed")
        if (self.basis is Basis.CONSENT) != (self.consent is not None):
            raise ValueError("consent, and nothing else, has a consent key")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of one kind of personal data. ``key`` is what columns are labelled with."""

    key: str
    title: LazyString
    subjects: frozenset[Subject]
    category: str
    """Key of the Fides taxonomy (fideslang), such as ``user.contact.email``."""
    uses: tuple[Use, ...]
    source: frozenset[Source]
    readers: frozenset[Reader]
    retention: Keep | Held
    erase: Erase
    export: Export = Export.INCLUDE
    recipients: tuple[str, ...] = ()
    """Keys of recipients.py."""
    optional: bool = False
    controller: Controller = Controller.OPERATOR
    withheld: LazyString | None = None
    """Why it is not copied out, for WITHHOLD."""
    promises: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """An entry without a use, a source or a reader is no entry."""
        if not (self.uses and self.source and self.readers and self.subjects):
            raise ValueError(f"{self.key}: subjects, uses, source and readers are needed")
        if (self.export is Export.WITHHOLD) != (self.withheld is not None):
            raise ValueError(f"{self.key}: what is withheld needs a reason, and nothing else has one")
        if (self.erase is Erase.HOLD) != isinstance(self.retention, Held):
            raise ValueError(f"{self.key}: what is held names its law")
