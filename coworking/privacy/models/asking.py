"""What people ask for, want, refuse and agree to."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

HANDLING = not_personal("how a request is handled")


class RequestKind(Enum):
    """Which right is used (GDPR Art. 15 to 21 and 77)."""

    ACCESS = "access"
    EXPORT = "export"
    CORRECT = "correct"
    ERASE = "erase"
    RESTRICT = "restrict"
    OBJECT = "object"
    QUESTION = "question"
    COMPLAINT = "complaint"


class RequestState(Enum):
    """Where a request stands. ``WAITING``: agreed, and done on ``runs_on``."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PrivacyRequest(Identified, TenantOwned, Base):
    """Somebody uses a right. The clock is the same whether they clicked, wrote, called or came by (GDPR Art. 12(3))."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        tenant_key(),
        tenant_fk("person_id", "person"),
        tenant_fk("handled_by_id", "person"),
        sa.UniqueConstraint("operator_id", "reference"),
        sa.Index("ix_privacy_request_state", "operator_id", "state", "due_on"),
        sa.Index("ix_privacy_request_person", "person_id"),
    )

    reference: Mapped[str] = mapped_column(sa.String(12), info=not_personal("random, names a request"))
    kind: Mapped[str] = mapped_column(sa.String(12), info=HANDLING)
    channel: Mapped[str] = mapped_column(sa.String(12), info=not_personal("signed_in, link, paper, email, phone"))
    state: Mapped[str] = mapped_column(sa.String(12), default=RequestState.OPEN.value, info=HANDLING)
    person_id: Mapped[UUID | None] = mapped_column(info=personal("request.person"))
    email: Mapped[str] = mapped_column(sa.String(254), default="", info=personal("request.person"))
    name: Mapped[str] = mapped_column(sa.String(120), default="", info=personal("request.person"))
    locale: Mapped[str] = mapped_column(sa.String(8), default="en", info=HANDLING)
    words: Mapped[str] = mapped_column(sa.Text, default="", info=personal("request.words"))
    answer: Mapped[str] = mapped_column(sa.Text, default="", info=personal("request.words"))
    purpose: Mapped[str] = mapped_column(
        sa.String(20), default="", info=not_personal("which purpose an objection is about: a value of terms.Purpose")
    )
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, info=not_personal("keys of the register and counts, nobody's words"))
    received_at: Mapped[datetime] = mapped_column(default=clock.now, info=HANDLING)
    due_on: Mapped[date] = mapped_column(info=HANDLING)
    extended_because: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("request.words"))
    extended_at: Mapped[datetime | None] = mapped_column(info=HANDLING)
    runs_on: Mapped[date | None] = mapped_column(info=HANDLING)
    answered_at: Mapped[datetime | None] = mapped_column(info=HANDLING)
    handled_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))


class Statement(Identified, TenantOwned, Base):
    """What a person wants said beside something that is kept about them (GDPR Art. 16)."""

    __tablename__ = "statement"
    __table_args__ = (tenant_fk("person_id", "person"), sa.Index("ix_statement_person", "person_id"))

    person_id: Mapped[UUID] = mapped_column(info=personal("statement.words"))
    about: Mapped[str] = mapped_column(sa.String(40), info=not_personal("a key of the register"))
    words: Mapped[str] = mapped_column(sa.Text, info=personal("statement.words"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("statement.words"))


class Restriction(Identified, TenantOwned, Base):
    """A time in which a person's data is kept and not used (GDPR Art. 18)."""

    __tablename__ = "restriction"
    __table_args__ = (tenant_fk("person_id", "person"), sa.Index("ix_restriction_person", "person_id"))

    person_id: Mapped[UUID] = mapped_column(info=personal("restriction.record"))
    reason: Mapped[str] = mapped_column(sa.String(12), info=not_personal("accuracy, unlawful, claims or objection: Art. 18(1)(a) to (d)"))
    since: Mapped[datetime] = mapped_column(default=clock.now, info=personal("restriction.record"))
    told_at: Mapped[datetime | None] = mapped_column(info=personal("restriction.record"))
    """When the person was told that it will be lifted: before it is (Art. 18(3))."""
    lifted_at: Mapped[datetime | None] = mapped_column(info=personal("restriction.record"))


class Objection(Identified, TenantOwned, Base):
    """A person objects to one purpose that rests on a legitimate interest (GDPR Art. 21)."""

    __tablename__ = "objection"
    __table_args__ = (tenant_fk("person_id", "person"), sa.Index("ix_objection_person", "person_id"))

    person_id: Mapped[UUID] = mapped_column(info=personal("objection.record"))
    purpose: Mapped[str] = mapped_column(sa.String(20), info=personal("objection.record"))
    state: Mapped[str] = mapped_column(sa.String(10), default="paused", info=not_personal("paused, upheld, refused or withdrawn"))
    words: Mapped[str] = mapped_column(sa.Text, default="", info=personal("objection.record"))
    answer: Mapped[str] = mapped_column(sa.Text, default="", info=personal("objection.record"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("objection.record"))
    answered_at: Mapped[datetime | None] = mapped_column(info=personal("objection.record"))


class Consent(Identified, TenantOwned, Base):
    """One consent: to what, in which words, when, and when it was taken back (GDPR Art. 7(1))."""

    __tablename__ = "consent"
    __table_args__ = (
        tenant_key(),
        tenant_fk("person_id", "person"),
        sa.UniqueConstraint("operator_id", "receipt"),
        sa.Index("ix_consent_email", "operator_id", "email"),
        sa.Index("ix_consent_person", "person_id"),
    )

    key: Mapped[str] = mapped_column(sa.String(40), info=not_personal("what is agreed to: a key of consents.py"))
    receipt: Mapped[str] = mapped_column(sa.String(16), info=not_personal("random, printed on the person's receipt"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("consent.record"))
    email: Mapped[str] = mapped_column(sa.String(254), default="", info=personal("consent.record"))
    words_hash: Mapped[str] = mapped_column(sa.String(64), info=not_personal("SHA-256 of the words beside the box"))
    words: Mapped[str] = mapped_column(sa.Text, info=not_personal("the words beside the box, the same for everybody"))
    locale: Mapped[str] = mapped_column(sa.String(8), info=not_personal("language of the words"))
    how: Mapped[str] = mapped_column(sa.String(20), info=not_personal("where it was given: profile, footer, paper"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("consent.record"))
    given_at: Mapped[datetime | None] = mapped_column(info=personal("consent.record"))
    """When it was given; for an address without an account, when the address was confirmed."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=personal("consent.record"))


class MailChoice(Identified, TenantOwned, Base):
    """Whether an address wants one class of mail. Without a row the class's own default counts."""

    __tablename__ = "mail_choice"
    __table_args__ = (sa.UniqueConstraint("operator_id", "email", "mail_class"),)

    email: Mapped[str] = mapped_column(sa.String(254), info=personal("mail.choice"))
    mail_class: Mapped[str] = mapped_column(sa.String(10), info=personal("mail.choice"))
    wanted: Mapped[bool] = mapped_column(info=personal("mail.choice"))
    how: Mapped[str] = mapped_column(sa.String(12), info=not_personal("profile, one_click, link or staff"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("mail.choice"))
