"""Counts without people: how the public pages are used, and how full the house was."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned, tenant_fk

COUNT = not_personal("a count of many people, shown from five on")


class PageCount(Identified, TenantOwned, Base):
    """How often a public page was opened on a day: counted on our side, with nothing kept in the browser and nobody told apart."""

    __tablename__ = "page_count"
    __table_args__ = (sa.UniqueConstraint("operator_id", "day", "page", "came_from", "family", "screen"),)

    day: Mapped[date] = mapped_column(info=not_personal("a date"))
    page: Mapped[str] = mapped_column(sa.String(60), info=not_personal("which page, by its endpoint"))
    came_from: Mapped[str] = mapped_column(sa.String(80), default="", info=not_personal("host name of the page before, without path"))
    family: Mapped[str] = mapped_column(sa.String(20), default="", info=not_personal("one of few families of browsers"))
    screen: Mapped[str] = mapped_column(sa.String(10), default="", info=not_personal("phone or computer"))
    count: Mapped[int] = mapped_column(default=0, info=COUNT)


class Occupancy(Identified, TenantOwned, Base):
    """What is left of bookings whose people are forgotten: how much a room was used in a day, a week or a month."""

    __tablename__ = "occupancy"
    __table_args__ = (tenant_fk("resource_id", "resource"), sa.UniqueConstraint("operator_id", "resource_id", "grain", "starts_on"))

    resource_id: Mapped[UUID] = mapped_column(info=not_personal("describes a place"))
    grain: Mapped[str] = mapped_column(sa.String(5), info=not_personal("day, week or month"))
    starts_on: Mapped[date] = mapped_column(info=not_personal("first day, on the wall of the house"))
    bookings: Mapped[int] = mapped_column(default=0, info=COUNT)
    minutes: Mapped[int] = mapped_column(default=0, info=COUNT)
    check_ins: Mapped[int] = mapped_column(default=0, info=COUNT)
