"""An operator leaves this host."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned

LEAVING = not_personal("what a business has agreed with the host")


class Departure(TenantOwned, Base):
    """Notice to the host. Until ``fetch_until`` everything can be fetched, afterwards it is removed (Data Act Art. 25)."""

    __tablename__ = "departure"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id"),)

    given_at: Mapped[datetime] = mapped_column(default=clock.now, info=LEAVING)
    ends_on: Mapped[date] = mapped_column(info=LEAVING)
    fetch_until: Mapped[date] = mapped_column(info=LEAVING)
