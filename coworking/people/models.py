"""A person of one operator, the sessions that they are signed in with, and the links mailed to them."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified, new_id
from coworking.core.labels import not_personal, personal
from coworking.core.permissions import Role
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

A_YEAR = timedelta(days=365)


class Person(UserMixin, Identified, TenantOwned, Base):
    """Anybody with an account at one operator: member or staff."""

    __tablename__ = "person"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "email"), sa.Index("ix_person_name", "operator_id", "name"))

    # Here the number names a person, and is as personal as what stands beside it.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-20, info=personal("person.account"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("person.email"))
    email_confirmed_at: Mapped[datetime | None] = mapped_column(info=personal("person.account"))
    name: Mapped[str] = mapped_column(sa.String(120), info=personal("person.name"))
    role: Mapped[str] = mapped_column(sa.String(20), default=Role.MEMBER.value, info=personal("person.role"))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200), info=personal("person.password"))
    locale: Mapped[str | None] = mapped_column(sa.String(8), info=personal("person.preferences"))
    zone: Mapped[str | None] = mapped_column(sa.String(64), info=personal("person.preferences"))
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("person.phone"))
    company: Mapped[str] = mapped_column(sa.String(120), default="", info=personal("person.company"))
    buys_as_company: Mapped[bool] = mapped_column(default=False, info=personal("person.company"))
    job_title: Mapped[str] = mapped_column(sa.String(120), default="", info=personal("person.profile"))
    about: Mapped[str] = mapped_column(sa.Text, default="", info=personal("person.profile"))
    photo_file: Mapped[str | None] = mapped_column(sa.String(200), info=personal("person.photo"))
    joined_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("person.account"))
    closed_at: Mapped[datetime | None] = mapped_column(info=personal("person.account"))
    last_used_on: Mapped[date | None] = mapped_column(info=personal("person.account"))
    """UTC day of the last sign-in, booking or check-in: what inactivity counts from."""
    checked_on: Mapped[date | None] = mapped_column(info=personal("person.account"))
    """UTC day on which the person last saved or confirmed what the profile says."""

    @property
    def is_active(self) -> bool:
        """Whether the account may still be used."""
        return self.closed_at is None

    def note_use(self) -> None:
        """Note that the account is used: a sign-in, a booking or a check-in. Looking at pages is none."""
        today = clock.now().date()
        if self.last_used_on != today:
            self.last_used_on = today

    def check(self) -> None:
        """Note that the person says the profile is right today."""
        self.checked_on = clock.now().date()

    @property
    def wants_checking(self) -> bool:
        """Whether a year has gone by since the person last said that the profile is right (GDPR Art. 5(1)(d))."""
        return clock.now().date() >= (self.checked_on or self.joined_at.date()) + A_YEAR

    @property
    def is_staff(self) -> bool:
        """Whether the person works for the operator."""
        return self.role != Role.MEMBER.value

    @property
    def initials(self) -> str:
        """First letters of the first and last name."""
        names = self.name.split() or ["?"]
        return (names[0][0] + (names[-1][0] if len(names) > 1 else "")).upper()

    @property
    def first_name(self) -> str:
        """What a greeting calls the person."""
        return (self.name.split() or [""])[0]

    @property
    def photo_url(self) -> str | None:
        """Where the photo is served, or nothing when there is none."""
        return f"/files/{self.photo_file}" if self.photo_file else None


class SignInSession(Identified, TenantOwned, Base):
    """One browser that is signed in. The browser keeps the token; we keep only its hash."""

    __tablename__ = "sign_in_session"
    __table_args__ = (tenant_key(), tenant_fk("person_id", "person", ondelete="CASCADE"), sa.Index("ix_sign_in_session_person", "person_id"))

    person_id: Mapped[UUID] = mapped_column(info=personal("session.person"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=personal("session.token"))
    browser: Mapped[str] = mapped_column(sa.String(80), default="", info=personal("session.browser"))
    kept: Mapped[bool] = mapped_column(default=False, info=personal("session.person"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("session.times"))
    expires_at: Mapped[datetime] = mapped_column(info=personal("session.times"))
    ended_at: Mapped[datetime | None] = mapped_column(info=personal("session.times"))

    person: Mapped[Person] = relationship(primaryjoin="foreign(SignInSession.person_id) == Person.id")


class MailedLink(Identified, TenantOwned, Base):
    """A link sent by mail that proves the address: to confirm it, to sign in, to reset a password. Good once."""

    __tablename__ = "mailed_link"
    __table_args__ = (tenant_key(), tenant_fk("person_id", "person", ondelete="CASCADE"), sa.Index("ix_mailed_link_person", "person_id"))

    person_id: Mapped[UUID] = mapped_column(info=personal("session.person"))
    purpose: Mapped[str] = mapped_column(sa.String(20), info=not_personal("kind of link"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=personal("session.token"))
    address: Mapped[str] = mapped_column(sa.String(254), info=personal("link.address"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("session.times"))
    expires_at: Mapped[datetime] = mapped_column(info=personal("session.times"))
    used_at: Mapped[datetime | None] = mapped_column(info=personal("session.times"))

    person: Mapped[Person] = relationship(primaryjoin="foreign(MailedLink.person_id) == Person.id")


class LinkWish(Identified, TenantOwned, Base):
    """Somebody asked for a mailed link, for an address that may have an account or not. Gone once a job has looked."""

    __tablename__ = "link_wish"

    kind: Mapped[str] = mapped_column(sa.String(20), info=not_personal("kind of link"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("link.address"))
    goes_on: Mapped[str | None] = mapped_column(sa.String(1000), info=personal("link.address"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("link.address"))


class Attempt(Identified, TenantOwned, Base):
    """One try at something that is throttled, kept in the database so that all processes count together."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index("ix_attempt_key", "operator_id", "key", "at"),)

    key: Mapped[str] = mapped_column(sa.String(120), info=personal("attempt.key"))
    at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("attempt.key"))
