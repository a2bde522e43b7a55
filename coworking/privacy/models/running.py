"""That the nightly run was there, and what it removed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.tenancy import TenantOwned

RUN = not_personal("when a machine worked, and counts of what it removed")


class RetentionRun(Identified, TenantOwned, Base):
    """One day's forgetting at one operator: taken up again until everything that was due is gone."""

    __tablename__ = "retention_run"
    __table_args__ = (sa.UniqueConstraint("operator_id", "day"),)

    day: Mapped[date] = mapped_column(info=RUN)
    """On the operator's wall."""
    removed: Mapped[dict[str, Any]] = mapped_column(default=dict, info=RUN)
    """Name of a table to how many rows went."""
    started_at: Mapped[datetime] = mapped_column(default=clock.now, info=RUN)
    finished_at: Mapped[datetime | None] = mapped_column(info=RUN)
