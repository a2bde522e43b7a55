"""Locations and what can be booked in them."""

from datetime import date
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.core.texts import Texts
from coworking.operators.models import Operator
from coworking.tax import rates as vat
from coworking.tax.rates import VatClass

PLACE = not_personal("describes a place")
RULE = not_personal("a rule of the house")
PRICE = not_personal("a price")


class Kind(Enum):
    """What a space is. One table holds them all."""

    DESK = "desk"
    HOT_DESKS = "hot_desks"
    MEETING_ROOM = "meeting_room"
    OFFICE = "office"
    PHONE_BOOTH = "phone_booth"
    STUDIO = "studio"
    EVENT_SPACE = "event_space"


class Audience(Enum):
    """Who may book, and whose price it is."""

    PUBLIC = "public"
    MEMBER = "member"
    STAFF = "staff"


class RateUnit(Enum):
    """What a price is for."""

    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"


class Location(Identified, TenantOwned, Base):
    """A house with an address, its own zone and its own opening hours."""

    __tablename__ = "location"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "slug"))

    slug: Mapped[str] = mapped_column(sa.String(60), info=PLACE)
    name: Mapped[str] = mapped_column(sa.String(80), info=PLACE)
    street: Mapped[str] = mapped_column(sa.String(160), info=PLACE)
    postcode: Mapped[str] = mapped_column(sa.String(20), info=PLACE)
    city: Mapped[str] = mapped_column(sa.String(80), info=PLACE)
    country: Mapped[str] = mapped_column(sa.String(2), info=PLACE)
    subdivision: Mapped[str] = mapped_column(
        sa.String(10), default="", info=not_personal("part of the country with holidays of its own, as ISO 3166-2 after the dash")
    )
    zone: Mapped[str] = mapped_column(sa.String(64), info=PLACE)
    step_free: Mapped[bool] = mapped_column(default=False, info=PLACE)
    description: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    directions: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    closed_on_holidays: Mapped[bool] = mapped_column(default=True, info=RULE)
    position: Mapped[int] = mapped_column(default=0, info=PLACE)

    operator: Mapped[Operator] = relationship(primaryjoin="foreign(Location.operator_id) == Operator.id", viewonly=True)
    opening_hours: Mapped[list["OpeningHours"]] = relationship(
        primaryjoin="Location.id == foreign(OpeningHours.location_id)",
        order_by="(OpeningHours.weekday, OpeningHours.opens)",
        cascade="all, delete-orphan",
    )
    exceptions: Mapped[list["OpeningException"]] = relationship(
        primaryjoin="Location.id == foreign(OpeningException.location_id)", order_by="OpeningException.day", cascade="all, delete-orphan"
    )


class OpeningHours(Identified, TenantOwned, Base):
    """One stretch of open time on a weekday, in minutes after midnight on the location's wall."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        tenant_fk("location_id", "location", ondelete="CASCADE"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="order"),
        sa.Index("ix_opening_hours_location", "location_id"),
    )

    location_id: Mapped[UUID] = mapped_column(info=PLACE)
    weekday: Mapped[int] = mapped_column(sa.SmallInteger, info=not_personal("0 is Monday"))
    opens: Mapped[int] = mapped_column(info=RULE)
    closes: Mapped[int] = mapped_column(info=RULE)


class OpeningException(Identified, TenantOwned, Base):
    """A date with other hours than its weekday's, or closed: both ends empty."""

    __tablename__ = "opening_exception"
    __table_args__ = (tenant_fk("location_id", "location", ondelete="CASCADE"), sa.UniqueConstraint("location_id", "day"))

    location_id: Mapped[UUID] = mapped_column(info=PLACE)
    day: Mapped[date] = mapped_column(info=RULE)
    opens: Mapped[int | None] = mapped_column(info=RULE)
    closes: Mapped[int | None] = mapped_column(info=RULE)
    reason: Mapped[str] = mapped_column(sa.String(120), default="", info=RULE)


class Resource(Identified, TenantOwned, Base):
    """Anything that can be booked: a room, a desk, an area of desks. People see its name, never this word."""

    __tablename__ = "resource"
    __table_args__ = (
        tenant_key(),
        tenant_fk("location_id", "location"),
        sa.UniqueConstraint("operator_id", "slug"),
        sa.CheckConstraint("capacity >= 1", name="capacity"),
        sa.CheckConstraint("units >= 1", name="units"),
        sa.CheckConstraint("granularity IN (5, 10, 15, 30, 60)", name="granularity"),
        sa.Index("ix_resource_location", "location_id"),
    )

    location_id: Mapped[UUID] = mapped_column(info=PLACE)
    kind: Mapped[str] = mapped_column(sa.String(20), info=PLACE)
    slug: Mapped[str] = mapped_column(sa.String(60), info=PLACE)
    name: Mapped[str] = mapped_column(sa.String(80), info=PLACE)
    floor: Mapped[int | None] = mapped_column(sa.SmallInteger, info=PLACE)
    capacity: Mapped[int] = mapped_column(info=not_personal("seats; for an area of hot desks the desks"))
    units: Mapped[int] = mapped_column(default=1, info=not_personal("how many can book at once: desks of an area, else one"))
    area: Mapped[int | None] = mapped_column(info=not_personal("square metres"))
    step_free: Mapped[bool] = mapped_column(default=False, info=PLACE)
    description: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    access_notes: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    house_rules: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    granularity: Mapped[int] = mapped_column(default=30, info=not_personal("minutes between possible starts"))
    shortest: Mapped[int] = mapped_column(default=30, info=not_personal("minutes"))
    longest: Mapped[int] = mapped_column(default=480, info=not_personal("minutes"))
    notice: Mapped[int] = mapped_column(default=0, info=not_personal("minutes before the start"))
    horizon: Mapped[int] = mapped_column(default=90, info=not_personal("days ahead"))
    buffer: Mapped[int] = mapped_column(default=0, info=not_personal("minutes kept free after a booking"))
    free_cancellation: Mapped[int] = mapped_column(default=1440, info=not_personal("minutes before the start"))
    who_may_book: Mapped[str] = mapped_column(sa.String(10), default=Audience.PUBLIC.value, info=RULE)
    vat_class: Mapped[str] = mapped_column(
        sa.String(10), default=VatClass.SPACE.value, server_default=VatClass.SPACE.value, info=not_personal("kind of supply")
    )
    position: Mapped[int] = mapped_column(default=0, info=PLACE)
    retired: Mapped[bool] = mapped_column(default=False, info=PLACE)

    location: Mapped[Location] = relationship(primaryjoin="foreign(Resource.location_id) == Location.id")
    rates: Mapped[list["Rate"]] = relationship(primaryjoin="Resource.id == foreign(Rate.resource_id)", cascade="all, delete-orphan")
    photos: Mapped[list["Photo"]] = relationship(
        primaryjoin="Resource.id == foreign(Photo.resource_id)", order_by="Photo.position", cascade="all, delete-orphan"
    )
    equipment: Mapped[list["ResourceEquipment"]] = relationship(
        primaryjoin="Resource.id == foreign(ResourceEquipment.resource_id)", order_by="ResourceEquipment.position", cascade="all, delete-orphan"
    )

    @property
    def zone(self) -> str:
        """IANA zone of the house that it is in."""
        return self.location.zone

    def vat_rate(self, on: date) -> int:
        """Basis points of VAT in its prices for use on a day on its own wall."""
        return vat.rate(self.location.country, VatClass(self.vat_class), on, registered=self.location.operator.vat_registered)

    @property
    def is_area(self) -> bool:
        """Whether several people book it at once, each taking one of its desks."""
        return self.units > 1

    def rate(self, audience: Audience, unit: RateUnit) -> Money | None:
        """The price per unit for an audience, VAT included; the public one where members have none."""
        for wanted in (audience, Audience.PUBLIC):
            for rate in self.rates:
                if rate.audience == wanted.value and rate.unit == unit.value:
                    return rate.price
        return None


class Equipment(Identified, TenantOwned, Base):
    """Something that rooms can have: a screen, a hearing loop."""

    __tablename__ = "equipment"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "key"))

    key: Mapped[str] = mapped_column(sa.String(40), info=PLACE)
    icon: Mapped[str] = mapped_column(sa.String(40), default="check", info=PLACE)
    name: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    access: Mapped[bool] = mapped_column(default=False, info=not_personal("whether it helps with access"))


class ResourceEquipment(Identified, TenantOwned, Base):
    """That a room has a piece of equipment, with a note such as "75 inches, HDMI"."""

    __tablename__ = "resource_equipment"
    __table_args__ = (
        tenant_fk("resource_id", "resource", ondelete="CASCADE"),
        tenant_fk("equipment_id", "equipment", ondelete="CASCADE"),
        sa.UniqueConstraint("resource_id", "equipment_id"),
    )

    resource_id: Mapped[UUID] = mapped_column(info=PLACE)
    equipment_id: Mapped[UUID] = mapped_column(info=PLACE)
    note: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    position: Mapped[int] = mapped_column(default=0, info=PLACE)

    equipment: Mapped[Equipment] = relationship(primaryjoin="foreign(ResourceEquipment.equipment_id) == Equipment.id", lazy="joined")


class Rate(Identified, TenantOwned, Base):
    """What an hour, half day or day costs an audience, VAT included, in the operator's currency."""

    __tablename__ = "rate"
    __table_args__ = (
        tenant_fk("resource_id", "resource", ondelete="CASCADE"),
        sa.UniqueConstraint("resource_id", "audience", "unit"),
        sa.CheckConstraint("amount >= 0", name="amount"),
    )

    resource_id: Mapped[UUID] = mapped_column(info=PRICE)
    audience: Mapped[str] = mapped_column(sa.String(10), info=PRICE)
    unit: Mapped[str] = mapped_column(sa.String(10), info=PRICE)
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("minor units, VAT included"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=PRICE)

    @property
    def price(self) -> Money:
        """The amount as money."""
        return Money(self.amount, self.currency)


class Photo(Identified, TenantOwned, Base):
    """A photo of a room, without its camera's data, in two sizes."""

    __tablename__ = "photo"
    __table_args__ = (tenant_fk("resource_id", "resource", ondelete="CASCADE"), sa.Index("ix_photo_resource", "resource_id"))

    resource_id: Mapped[UUID] = mapped_column(info=PLACE)
    large_file: Mapped[str] = mapped_column(sa.String(200), info=PLACE)
    small_file: Mapped[str] = mapped_column(sa.String(200), info=PLACE)
    width: Mapped[int] = mapped_column(info=PLACE)
    height: Mapped[int] = mapped_column(info=PLACE)
    alt: Mapped[Texts] = mapped_column(default=Texts, info=PLACE)
    position: Mapped[int] = mapped_column(default=0, info=PLACE)

    @property
    def large_url(self) -> str:
        """Where the large size is served."""
        return f"/files/{self.large_file}"

    @property
    def small_url(self) -> str:
        """Where the small size is served."""
        return f"/files/{self.small_file}"
