"""An index of the news that waits, account by account"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEWS = sa.text("state = 'waiting' AND priority >= 10")


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_deliveries_news", "deliveries", ["account_id", "id"], postgresql_where=NEWS, sqlite_where=NEWS)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_deliveries_news", "deliveries")
