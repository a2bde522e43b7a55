"""Editions of the pages."""

import sqlalchemy as sa
from alembic import op

from coworking.schema import watch_editions


revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.add_column("operator", sa.Column("edition", sa.String(length=32), server_default="", nullable=False))
    watch_editions(op.get_bind())
