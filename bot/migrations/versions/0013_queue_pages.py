"""Words to find posts by, indexes of the queue's list and calendar"""

import sqlalchemy as sa
from alembic import op

from nlu.text import words

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BY_HAND = sa.text("state = 'by_hand'")
INDEXES = {
    "ix_posts_agency": ["agency_id", "id"],
    "ix_posts_topic": ["agency_id", "topic", "id"],
    "ix_posts_author": ["agency_id", "author_id", "id"],
    "ix_posts_at": ["agency_id", "at"],
    "ix_posts_agency_due": ["agency_id", "due_at"],
    "ix_posts_released": ["agency_id", "released_at"],
}
POSTS = sa.table("posts", sa.column("id"), sa.column("title"), sa.column("text"), sa.column("searched"))
SEARCHED_MAX = 4000


def upgrade() -> None:
    """Apply."""
    op.add_column("posts", sa.Column("searched", sa.String(), nullable=False, server_default=""))
    here = op.get_bind()
    for row in here.execute(sa.select(POSTS.c.id, POSTS.c.title, POSTS.c.text)).all():
        found = " ".join(dict.fromkeys(words(f"{row.title} {row.text}")))[:SEARCHED_MAX]
        here.execute(POSTS.update().where(POSTS.c.id == row.id).values(searched=found))
    for name, columns in INDEXES.items():
        op.create_index(name, "posts", columns)
    op.create_index(
        "ix_post_targets_by_hand", "post_targets", ["post_id"], postgresql_where=BY_HAND, sqlite_where=BY_HAND
    )  # fmt: skip


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_post_targets_by_hand", "post_targets")
    for name in INDEXES:
        op.drop_index(name, "posts")
    op.drop_column("posts", "searched")
