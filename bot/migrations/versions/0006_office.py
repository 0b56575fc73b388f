"""Deletion of citizens' data, retention, verification by platforms, daily figures, indexes of the audit"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UNSWEPT = sa.text("swept_at IS NULL")
COUNTS = ("messages", "asked", "answered", "asked_back", "handed_over", "not_understood")
INDEXES = {
    "events": {"ix_events_account_received": ["account_id", "received_at"]},
    "tickets": {"ix_tickets_created": ["agency_id", "created_at"]},
    "audit": {"ix_audit_who": ["agency_id", "who", "id"], "ix_audit_verb": ["agency_id", "verb", "id"]},
}


def upgrade() -> None:
    """Apply."""
    # Plain ALTERs: making the table anew, as Alembic's batches do, would break what points to its rows on SQLite.
    op.add_column("agencies", sa.Column("retention_months", sa.Integer(), nullable=False, server_default="24"))
    op.add_column("agencies", sa.Column("verification", JSON, nullable=False, server_default="{}"))
    op.add_column("accounts", sa.Column("forgotten_before", TIME, nullable=True))
    op.add_column("tickets", sa.Column("answered_at", TIME, nullable=True))
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns)
    op.create_table(
        "deletions",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=True),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("done_at", TIME, nullable=False),
        sa.Column("swept_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_deletions_agency_id_agencies")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_deletions_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
        sa.UniqueConstraint("code", name=op.f("uq_deletions_code")),
    )
    op.create_index("ix_deletions_agency_id", "deletions", ["agency_id"])
    op.create_index(
        "ix_deletions_unswept", "deletions", ["id"], postgresql_where=UNSWEPT, sqlite_where=UNSWEPT
    )  # fmt: skip
    op.create_table(
        "daily_figures",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_daily_figures_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "dimension", "day", "value", name=op.f("pk_daily_figures")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("daily_figures")
    op.drop_table("deletions")
    for table, indexes in INDEXES.items():
        for name in indexes:
            op.drop_index(name, table)
    op.drop_column("tickets", "answered_at")
    op.drop_column("accounts", "forgotten_before")
    op.drop_column("agencies", "verification")
    op.drop_column("agencies", "retention_months")
