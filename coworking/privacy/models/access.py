"""Who looked at whom, help by the host under a grant, and what went wrong."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.core.texts import Texts

CASE = not_personal("facts of an incident, nobody's data")


class SupportGrant(Identified, TenantOwned, Base):
    """The operator lets the host's support look in, for a purpose and a few hours. Without one, nobody of the host can."""

    __tablename__ = "support_grant"
    __table_args__ = (
        tenant_key(),
        tenant_fk("granted_by_id", "person"),
        tenant_fk("person_id", "person"),
        sa.Index("ix_support_grant_ends", "operator_id", "ends_at"),
    )

    purpose: Mapped[str] = mapped_column(sa.String(240), info=not_personal("why help is needed"))
    granted_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=not_personal("hash of the key that opens it"))
    may_change: Mapped[bool] = mapped_column(default=False, info=not_personal("whether it allows more than looking"))
    starts_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when a grant counts"))
    ends_at: Mapped[datetime] = mapped_column(info=not_personal("when a grant counts"))
    opened_at: Mapped[datetime | None] = mapped_column(info=not_personal("when a grant counts"))
    revoked_at: Mapped[datetime | None] = mapped_column(info=not_personal("when a grant counts"))


class AccessEntry(Identified, TenantOwned, Base):
    """Somebody of the staff, or the host under a grant, opened a page about a person. The person can read this."""

    __tablename__ = "access_entry"
    __table_args__ = (
        tenant_fk("person_id", "person"),
        tenant_fk("by_id", "person"),
        tenant_fk("grant_id", "support_grant"),
        sa.Index("ix_access_entry_person", "person_id", "at"),
        sa.Index("ix_access_entry_at", "operator_id", "at"),
    )

    person_id: Mapped[UUID | None] = mapped_column(info=personal("access.record"))
    by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    by_role: Mapped[str] = mapped_column(sa.String(20), info=not_personal("role of whoever looked"))
    grant_id: Mapped[UUID | None] = mapped_column(info=not_personal("names a grant"))
    page: Mapped[str] = mapped_column(sa.String(60), info=not_personal("which page, by its endpoint"))
    purpose: Mapped[str] = mapped_column(sa.String(20), info=not_personal("a value of terms.Purpose"))
    at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("access.record"))


class ProblemReport(Identified, TenantOwned, Base):
    """Somebody saw that something is wrong with data. Looked at within 24 hours."""

    __tablename__ = "problem_report"
    __table_args__ = (
        tenant_key(),
        tenant_fk("handled_by_id", "person"),
        tenant_fk("incident_id", "incident"),
        sa.UniqueConstraint("operator_id", "reference"),
        sa.Index("ix_problem_report_open", "operator_id", "closed_at"),
    )

    reference: Mapped[str] = mapped_column(sa.String(12), info=not_personal("random, names a report"))
    kind: Mapped[str] = mapped_column(sa.String(8), default="data", info=not_personal("data, or child: the account of somebody too young"))
    email: Mapped[str] = mapped_column(sa.String(254), default="", info=personal("problem.record"))
    words: Mapped[str] = mapped_column(sa.Text, info=personal("problem.record"))
    locale: Mapped[str] = mapped_column(sa.String(8), info=not_personal("language of a page"))
    page: Mapped[str] = mapped_column(sa.String(200), default="", info=not_personal("path of the page, without its query"))
    received_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when a machine worked"))
    due_at: Mapped[datetime] = mapped_column(info=not_personal("when it must be looked at"))
    closed_at: Mapped[datetime | None] = mapped_column(info=not_personal("when work was done"))
    outcome: Mapped[str] = mapped_column(sa.String(12), default="", info=not_personal("nothing, mended or incident"))
    incident_id: Mapped[UUID | None] = mapped_column(info=not_personal("names an incident"))
    handled_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))


class Incident(Identified, TenantOwned, Base):
    """A breach of personal data, or the fear of one (GDPR Art. 33 and 34). All are kept, also those nobody must be told of."""

    __tablename__ = "incident"
    __table_args__ = (tenant_key(), tenant_fk("opened_by_id", "person"), sa.UniqueConstraint("operator_id", "number"))

    number: Mapped[int] = mapped_column(info=not_personal("a counter"))
    title: Mapped[str] = mapped_column(sa.String(120), info=CASE)
    happened: Mapped[str] = mapped_column(sa.Text, default="", info=CASE)
    consequences: Mapped[str] = mapped_column(sa.Text, default="", info=CASE)
    measures: Mapped[str] = mapped_column(sa.Text, default="", info=CASE)
    words: Mapped[Texts] = mapped_column(default=Texts, info=not_personal("what the operator adds in the letters, by language"))
    keys: Mapped[list[str]] = mapped_column(default=list, info=not_personal("keys of the register"))
    location_id: Mapped[UUID | None] = mapped_column(info=not_personal("narrows who is concerned"))
    began_at: Mapped[datetime | None] = mapped_column(info=CASE)
    ended_at: Mapped[datetime | None] = mapped_column(info=CASE)
    aware_at: Mapped[datetime] = mapped_column(default=clock.now, info=CASE)
    risk: Mapped[str] = mapped_column(sa.String(8), default="", info=not_personal("none, risk or high; empty until judged"))
    why: Mapped[str] = mapped_column(sa.Text, default="", info=CASE)
    affected: Mapped[int | None] = mapped_column(info=not_personal("a count"))
    host_told_at: Mapped[datetime | None] = mapped_column(info=CASE)
    authority_told_at: Mapped[datetime | None] = mapped_column(info=CASE)
    late_because: Mapped[str] = mapped_column(sa.String(240), default="", info=CASE)
    people_told_at: Mapped[datetime | None] = mapped_column(info=CASE)
    closed_at: Mapped[datetime | None] = mapped_column(info=CASE)
    opened_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))


class IncidentNotice(Identified, TenantOwned, Base):
    """Somebody was told of an incident that concerns them: a person, or an address without an account."""

    __tablename__ = "incident_notice"
    __table_args__ = (tenant_fk("person_id", "person"), tenant_fk("incident_id", "incident"), sa.UniqueConstraint("incident_id", "email"))

    incident_id: Mapped[UUID] = mapped_column(info=not_personal("names an incident"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("notice.told"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("notice.told"))
    told_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("notice.told"))
