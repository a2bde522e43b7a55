"""Marks of names."""

from alembic import op

from coworking.schema import watch_names


revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    watch_names(op.get_bind())
