"""Claims of host names."""

import sqlalchemy as sa
from alembic import op

from coworking.core.tenancy import row_level_security


revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "host_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_host_claim_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_claim")),
        sa.UniqueConstraint("operator_id", "host", name=op.f("uq_host_claim_operator_id_host")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_host_claim_operator_id_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security("host_claim"):
            op.execute(statement)
