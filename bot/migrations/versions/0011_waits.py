"""When a day's figures were counted: today's again and again, an older day's for good"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NEVER = "1970-01-01 00:00:00.000000"


def upgrade() -> None:
    """Apply."""
    op.add_column("daily_figures", sa.Column("counted_at", TIME, nullable=False, server_default=NEVER))


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM daily_figures")  # they are counted anew; sums of months would be taken for days
    op.drop_column("daily_figures", "counted_at")
