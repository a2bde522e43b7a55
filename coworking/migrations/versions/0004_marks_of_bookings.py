"""Marks of bookings."""

import sqlalchemy as sa
from alembic import op

from coworking.schema import watch_bookings


revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    op.add_column("operator", sa.Column("booked", sa.String(length=32), server_default="", nullable=False))
    watch_bookings(op.get_bind())
