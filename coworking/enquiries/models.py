"""A message from the contact page."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key


class Enquiry(Identified, TenantOwned, Base):
    """What somebody wrote to the operator, until it is answered and closed."""

    __tablename__ = "enquiry"
    __table_args__ = (tenant_key(), tenant_fk("closed_by_id", "person"), sa.Index("ix_enquiry_created", "operator_id", "created_at"))

    name: Mapped[str] = mapped_column(sa.String(120), info=personal("enquiry.name"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("enquiry.email"))
    message: Mapped[str] = mapped_column(sa.Text, info=personal("enquiry.message"))
    locale: Mapped[str] = mapped_column(sa.String(8), info=personal("enquiry.message"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("enquiry.message"))
    closed_at: Mapped[datetime | None] = mapped_column(info=personal("enquiry.message"))
    closed_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))

    def close(self, by: UUID) -> None:
        """Mark it as answered; who and when are kept. Closing twice changes nothing."""
        if self.closed_at is None:
            self.closed_at, self.closed_by_id = clock.now(), by
