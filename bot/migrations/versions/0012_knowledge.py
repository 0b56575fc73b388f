"""Changes of an agency's facts, examples and trainings, what a national record said before"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BUSY = sa.text("busy")


def upgrade() -> None:
    """Apply."""
    op.add_column("imported_procedures", sa.Column("before", JSON, nullable=True))
    _changes()
    _learning()


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("steps", JSON, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_changes_agency_id_agencies")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_changes_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_agency", "changes", ["agency_id", "id"])
    op.create_index("ix_changes_state", "changes", ["agency_id", "state", "id"])
    op.create_index("ix_changes_what", "changes", ["agency_id", "what", "id"])


def _learning() -> None:
    op.create_table(
        "examples",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_examples_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sa.UniqueConstraint("agency_id", "said", name=op.f("uq_examples_agency_id_said")),
    )
    op.create_index("ix_examples_agency", "examples", ["agency_id", "id"])
    op.create_table(
        "trainings",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("busy", sa.Boolean(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("began_at", TIME, nullable=True),
        sa.Column("beat_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_trainings_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index("uq_trainings_busy", "trainings", ["busy"], unique=True, postgresql_where=BUSY, sqlite_where=BUSY)
    op.create_index("ix_trainings_state", "trainings", ["state", "id"])


def downgrade() -> None:
    """Undo."""
    for table in ("trainings", "examples", "changes"):
        op.drop_table(table)
    op.drop_column("imported_procedures", "before")
