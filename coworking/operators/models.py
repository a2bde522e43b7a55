"""The operator of coworking spaces, and the host names that it answers on."""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned, tenant_key
from coworking.core.texts import Texts

from . import host_proof
from .identity import Colours, colours

BUSINESS = not_personal("identity of a business, printed on its public pages")
SETTING = not_personal("a setting of the operator")


class Operator(Identified, Base):
    """A business that runs coworking spaces: one tenant of the installation."""

    __tablename__ = "operator"

    slug: Mapped[str] = mapped_column(sa.String(40), unique=True, info=BUSINESS)
    name: Mapped[str] = mapped_column(sa.String(80), info=BUSINESS)
    legal_name: Mapped[str] = mapped_column(sa.String(120), info=BUSINESS)
    org_number: Mapped[str] = mapped_column(sa.String(40), default="", info=BUSINESS)
    vat_number: Mapped[str] = mapped_column(sa.String(40), default="", info=BUSINESS)
    vat_registered: Mapped[bool] = mapped_column(default=True, server_default=sa.true(), info=BUSINESS)
    street: Mapped[str] = mapped_column(sa.String(160), info=BUSINESS)
    postcode: Mapped[str] = mapped_column(sa.String(20), info=BUSINESS)
    city: Mapped[str] = mapped_column(sa.String(80), info=BUSINESS)
    country: Mapped[str] = mapped_column(sa.String(2), info=BUSINESS)
    email: Mapped[str] = mapped_column(sa.String(254), info=BUSINESS)
    phone: Mapped[str] = mapped_column(sa.String(40), default="", info=BUSINESS)
    default_locale: Mapped[str] = mapped_column(sa.String(8), info=SETTING)
    locales: Mapped[list[str]] = mapped_column(info=SETTING)
    zone: Mapped[str] = mapped_column(sa.String(64), info=SETTING)
    currency: Mapped[str] = mapped_column(sa.String(3), info=SETTING)
    hue: Mapped[int] = mapped_column(default=168, info=SETTING)
    chroma: Mapped[int] = mapped_column(default=85, info=not_personal("thousandths of OKLCH chroma"))
    logo_file: Mapped[str | None] = mapped_column(sa.String(200), info=SETTING)
    tagline: Mapped[Texts] = mapped_column(default=Texts, info=SETTING)
    about: Mapped[Texts] = mapped_column(default=Texts, info=SETTING)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=SETTING)

    edition: Mapped[str] = mapped_column(
        sa.String(32), default=lambda: secrets.token_hex(8), server_default="", info=not_personal("random, changed by the database")
    )
    """Changes whenever something changes that the operator's pages are made of: see edition.py."""
    booked: Mapped[str] = mapped_column(
        sa.String(32), default=lambda: secrets.token_hex(8), server_default="", info=not_personal("random, changed by the database")
    )
    """Changes whenever a booking does."""

    hosts: Mapped[list["OperatorHost"]] = relationship(back_populates="operator", cascade="all, delete-orphan")

    @property
    def address_lines(self) -> list[str]:
        """Street, then postcode and city."""
        return [self.street, f"{self.postcode} {self.city}"]

    @property
    def initial(self) -> str:
        """What stands for the operator where there is no room for the name."""
        return self.name[:1].upper()

    @property
    def colours(self) -> Colours:
        """Its colour as mails and pictures need it."""
        return colours(self.hue, self.chroma)

    @property
    def logo_url(self) -> str | None:
        """Where the logo is served, or nothing when the operator has none."""
        return f"/files/{self.logo_file}" if self.logo_file else None


class OperatorHost(Base):
    """A host name of the operator's own, such as ``book.kvartal.no``."""

    __tablename__ = "operator_host"

    host: Mapped[str] = mapped_column(sa.String(253), primary_key=True, info=SETTING)
    operator_id: Mapped[UUID] = mapped_column(sa.ForeignKey("operator.id", ondelete="CASCADE"), index=True, info=SETTING)

    operator: Mapped[Operator] = relationship(back_populates="hosts")


class HostClaim(Identified, TenantOwned, Base):
    """A host name that the operator says is its own. Nothing is served under it until a record in its DNS says so too."""

    __tablename__ = "host_claim"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "host"))

    host: Mapped[str] = mapped_column(sa.String(253), info=SETTING)
    token: Mapped[str] = mapped_column(sa.String(32), default=host_proof.new_token, info=SETTING)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=SETTING)

    @property
    def record(self) -> tuple[str, str]:
        """Name and value of the TXT record that proves it."""
        return host_proof.record_name(self.host), host_proof.record_value(self.token)
