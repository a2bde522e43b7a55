"""privacy."""

import sqlalchemy as sa
from alembic import op

from coworking.schema import raise_privacy_walls
from sqlalchemy.dialects import sqlite

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "host_policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_policy_version")),
        sa.UniqueConstraint("number", name=op.f("uq_host_policy_version_number")),
    )
    op.create_table(
        "add_on",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("transfer", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.JSON(), nullable=False),
        sa.Column("policy_url", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_add_on_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_add_on")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_add_on_operator_id_id")),
    )
    op.create_table(
        "departure",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("fetch_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_departure_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_departure")),
    )
    op.create_table(
        "erasure_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("pending", sa.JSON(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_erasure_receipt_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_receipt")),
        sa.UniqueConstraint("operator_id", "number", name=op.f("uq_erasure_receipt_operator_id_number")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("millionths", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("millionths > 0", name=op.f("ck_exchange_rate_positive")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_exchange_rate_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint("operator_id", "currency", "day", name=op.f("uq_exchange_rate_operator_id_currency_day")),
    )
    op.create_table(
        "legal_identity",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("legal_form", sa.String(length=80), nullable=False),
        sa.Column("capital", sa.String(length=40), nullable=False),
        sa.Column("register", sa.String(length=80), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("mediator", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_legal_identity_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_legal_identity")),
    )
    op.create_table(
        "mail_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("mail_class", sa.String(length=10), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_mail_choice_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_choice")),
        sa.UniqueConstraint("operator_id", "email", "mail_class", name=op.f("uq_mail_choice_operator_id_email_mail_class")),
    )
    op.create_table(
        "page_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("came_from", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=20), nullable=False),
        sa.Column("screen", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_page_count_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_count")),
        sa.UniqueConstraint(
            "operator_id", "day", "page", "came_from", "family", "screen", name=op.f("uq_page_count_operator_id_day_page_came_from_family_screen")
        ),
    )
    op.create_table(
        "policy_draft",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("supplement", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_policy_draft_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_policy_draft")),
    )
    op.create_table(
        "removed_paper",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_removed_paper_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", "series", "number", name=op.f("pk_removed_paper")),
    )
    op.create_table(
        "retention_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_retention_choice_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_choice")),
        sa.UniqueConstraint("operator_id", "key", name=op.f("uq_retention_choice_operator_id_key")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_retention_run_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
        sa.UniqueConstraint("operator_id", "day", name=op.f("uq_retention_run_operator_id_day")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("words_hash", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_consent_operator_id_person_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_consent_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_consent_operator_id_id")),
        sa.UniqueConstraint("operator_id", "receipt", name=op.f("uq_consent_operator_id_receipt")),
    )
    op.create_index("ix_consent_email", "consent", ["operator_id", "email"], unique=False)
    op.create_index("ix_consent_person", "consent", ["person_id"], unique=False)

    op.create_table(
        "inactivity_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_inactivity_notice_operator_id_person_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_inactivity_notice_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inactivity_notice")),
        sa.UniqueConstraint("person_id", "step", "since", name=op.f("uq_inactivity_notice_person_id_step_since")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("consequences", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("risk", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("affected", sa.Integer(), nullable=True),
        sa.Column("host_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_because", sa.String(length=240), nullable=False),
        sa.Column("people_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "opened_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_incident_operator_id_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_incident_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_incident_operator_id_id")),
        sa.UniqueConstraint("operator_id", "number", name=op.f("uq_incident_operator_id_number")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_legal_hold_ends")),
        sa.ForeignKeyConstraint(
            ["operator_id", "made_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_legal_hold_operator_id_made_by_id")
        ),
        sa.ForeignKeyConstraint(["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_legal_hold_operator_id_person_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_legal_hold_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_legal_hold_operator_id_id")),
    )
    op.create_index("ix_legal_hold_person", "legal_hold", ["person_id"], unique=False)

    op.create_table(
        "news_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("mail_class", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "made_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_news_message_operator_id_made_by_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_news_message_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_message")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_news_message_operator_id_id")),
    )
    op.create_index("ix_news_message_made", "news_message", ["operator_id", "made_at"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_objection_operator_id_person_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_objection_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_person", "objection", ["person_id"], unique=False)

    op.create_table(
        "policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "published_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_policy_version_operator_id_published_by_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_policy_version_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_policy_version_operator_id_id")),
        sa.UniqueConstraint("operator_id", "number", name=op.f("uq_policy_version_operator_id_number")),
    )
    op.create_index("ix_policy_version_effective", "policy_version", ["operator_id", "effective_on"], unique=False)

    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended_because", sa.String(length=240), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "handled_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_privacy_request_operator_id_handled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_privacy_request_operator_id_person_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_privacy_request_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_privacy_request_operator_id_id")),
        sa.UniqueConstraint("operator_id", "reference", name=op.f("uq_privacy_request_operator_id_reference")),
    )
    op.create_index("ix_privacy_request_person", "privacy_request", ["person_id"], unique=False)
    op.create_index("ix_privacy_request_state", "privacy_request", ["operator_id", "state", "due_on"], unique=False)

    op.create_table(
        "restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_restriction_operator_id_person_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_restriction_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index("ix_restriction_person", "restriction", ["person_id"], unique=False)

    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_statement_operator_id_person_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_statement_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index("ix_statement_person", "statement", ["person_id"], unique=False)

    op.create_table(
        "support_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=240), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("may_change", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "granted_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_support_grant_operator_id_granted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_support_grant_operator_id_person_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_support_grant_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_grant")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_support_grant_operator_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_support_grant_token_hash")),
    )
    op.create_index("ix_support_grant_ends", "support_grant", ["operator_id", "ends_at"], unique=False)

    op.create_table(
        "access_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id", "by_id"], ["person.operator_id", "person.id"], name=op.f("fk_access_entry_operator_id_by_id")),
        sa.ForeignKeyConstraint(
            ["operator_id", "grant_id"], ["support_grant.operator_id", "support_grant.id"], name=op.f("fk_access_entry_operator_id_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_access_entry_operator_id_person_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_access_entry_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entry")),
    )
    op.create_index("ix_access_entry_at", "access_entry", ["operator_id", "at"], unique=False)
    op.create_index("ix_access_entry_person", "access_entry", ["person_id", "at"], unique=False)

    op.create_table(
        "incident_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id", "incident_id"], ["incident.operator_id", "incident.id"], name=op.f("fk_incident_notice_operator_id_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_incident_notice_operator_id_person_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_incident_notice_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_notice")),
        sa.UniqueConstraint("incident_id", "email", name=op.f("uq_incident_notice_incident_id_email")),
    )
    op.create_table(
        "occupancy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("bookings", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("check_ins", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id", "resource_id"], ["resource.operator_id", "resource.id"], name=op.f("fk_occupancy_operator_id_resource_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_occupancy_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancy")),
        sa.UniqueConstraint("operator_id", "resource_id", "grain", "starts_on", name=op.f("uq_occupancy_operator_id_resource_id_grain_starts_on")),
    )
    op.create_table(
        "policy_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "person_id"], ["person.operator_id", "person.id"], name=op.f("fk_policy_notice_operator_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id", "version_id"], ["policy_version.operator_id", "policy_version.id"], name=op.f("fk_policy_notice_operator_id_version_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_policy_notice_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_notice")),
        sa.UniqueConstraint("version_id", "person_id", name=op.f("uq_policy_notice_version_id_person_id")),
    )
    op.create_table(
        "problem_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id", "handled_by_id"], ["person.operator_id", "person.id"], name=op.f("fk_problem_report_operator_id_handled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id", "incident_id"], ["incident.operator_id", "incident.id"], name=op.f("fk_problem_report_operator_id_incident_id")
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_problem_report_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_report")),
        sa.UniqueConstraint("operator_id", "id", name=op.f("uq_problem_report_operator_id_id")),
        sa.UniqueConstraint("operator_id", "reference", name=op.f("uq_problem_report_operator_id_reference")),
    )
    op.create_index("ix_problem_report_open", "problem_report", ["operator_id", "closed_at"], unique=False)

    op.execute("ALTER TABLE gateway DROP COLUMN kinds")

    op.add_column("outbox_mail", sa.Column("mail_class", sa.String(length=10), server_default="service", nullable=False))
    op.add_column("outbox_mail", sa.Column("unsubscribe_url", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox_mail", sa.Column("vanishes", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("person", sa.Column("last_used_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("checked_on", sa.Date(), nullable=True))
    raise_privacy_walls(op.get_bind())
