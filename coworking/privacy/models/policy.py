"""Published versions of the privacy policy, as they were read, and what operators choose in it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.core.texts import Texts

PUBLISHED = not_personal("published to everybody")


class Version:
    """One version: the data that it says, the pages that said it, and since when it counts."""

    number: Mapped[int] = mapped_column(info=PUBLISHED)
    facts: Mapped[dict[str, Any]] = mapped_column(info=PUBLISHED)
    """What the policy states, as plain data: see policy/facts.py. Differences are reckoned on this, never on words."""
    pages: Mapped[dict[str, Any]] = mapped_column(info=PUBLISHED)
    """The page as it was published, by language, so that an old version reads as it did."""
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list, info=PUBLISHED)
    hash: Mapped[str] = mapped_column(sa.String(64), info=not_personal("SHA-256 of facts and pages"))
    material: Mapped[bool] = mapped_column(default=False, info=PUBLISHED)
    published_at: Mapped[datetime] = mapped_column(default=clock.now, info=PUBLISHED)
    effective_on: Mapped[date] = mapped_column(info=PUBLISHED)
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=PUBLISHED)
    """A version that was announced and then given up before it counted."""


class PolicyVersion(Version, Identified, TenantOwned, Base):
    """A version of an operator's policy. A material one counts no sooner than 30 days after everybody was told."""

    __tablename__ = "policy_version"
    __table_args__ = (
        tenant_key(),
        tenant_fk("published_by_id", "person"),
        sa.UniqueConstraint("operator_id", "number"),
        sa.Index("ix_policy_version_effective", "operator_id", "effective_on"),
    )

    published_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    """Empty where the software published it, because it changed itself or its set-up did."""
    told_on: Mapped[date | None] = mapped_column(info=PUBLISHED)
    """When the last person was told of a material version. Until then it counts for nobody."""


class HostPolicyVersion(Version, Identified, Base):
    """A version of the host's own policy, for its site and for operators' accounts."""

    __tablename__ = "host_policy_version"
    __table_args__ = (sa.UniqueConstraint("number"),)


class PolicyNotice(Identified, TenantOwned, Base):
    """A person was told of a version before it counts."""

    __tablename__ = "policy_notice"
    __table_args__ = (tenant_fk("person_id", "person"), tenant_fk("version_id", "policy_version"), sa.UniqueConstraint("version_id", "person_id"))

    version_id: Mapped[UUID] = mapped_column(info=not_personal("names a published version"))
    person_id: Mapped[UUID] = mapped_column(info=personal("notice.told"))
    told_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("notice.told"))
    seen_at: Mapped[datetime | None] = mapped_column(info=personal("notice.told"))


class RetentionChoice(Identified, TenantOwned, Base):
    """How long the operator wants to keep something, within what the register allows. Counts with the next version of the policy."""

    __tablename__ = "retention_choice"
    __table_args__ = (sa.UniqueConstraint("operator_id", "key"),)

    key: Mapped[str] = mapped_column(sa.String(40), info=not_personal("a key of the register"))
    days: Mapped[int] = mapped_column(info=not_personal("a setting of the operator"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("a setting of the operator"))


class PolicyDraft(TenantOwned, Base):
    """What the operator wants to add in its own words. Counts with the next version of the policy, like a choice of retention."""

    __tablename__ = "policy_draft"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id"),)

    supplement: Mapped[Texts] = mapped_column(default=Texts, info=PUBLISHED)
    """Markdown by language. It stands beside what the register says, and takes nothing of it away."""
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, info=PUBLISHED)
