"""Something of somebody else's that an operator wants on its public pages."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned, tenant_key
from coworking.core.texts import Texts

SETTING = not_personal("a setting of the operator")


class AddOn(Identified, TenantOwned, Base):
    """A frame or script of another host. Nothing of it loads before somebody agrees, and refusing is as easy."""

    __tablename__ = "add_on"
    __table_args__ = (tenant_key(),)

    name: Mapped[str] = mapped_column(sa.String(80), info=SETTING)
    provider: Mapped[str] = mapped_column(sa.String(120), info=SETTING)
    country: Mapped[str] = mapped_column(sa.String(2), info=SETTING)
    transfer: Mapped[str] = mapped_column(sa.String(10), info=SETTING)
    purpose: Mapped[Texts] = mapped_column(default=Texts, info=SETTING)
    policy_url: Mapped[str] = mapped_column(sa.String(300), info=SETTING)
    kind: Mapped[str] = mapped_column(sa.String(8), info=not_personal("frame or script"))
    source: Mapped[str] = mapped_column(sa.String(300), info=SETTING)
    days: Mapped[int] = mapped_column(default=180, info=not_personal("how long what it keeps in the browser lasts at most"))
    enabled: Mapped[bool] = mapped_column(default=True, info=SETTING)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, info=SETTING)
