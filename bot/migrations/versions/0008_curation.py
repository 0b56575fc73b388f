"""Feeds, proposals, ideas, evergreen posts, results by day"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
LIVE = sa.text("removed_at IS NULL")
COUNTS = ("views", "reactions", "comments", "shares", "clicks")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "feeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.String(), nullable=False),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_feeds_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
    )
    op.create_index(
        "uq_feeds_live", "feeds", ["agency_id", "url"], unique=True, postgresql_where=LIVE, sqlite_where=LIVE
    )
    op.create_table(
        "proposals",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_proposals_agency_id_agencies")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_proposals_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("agency_id", "origin", name=op.f("uq_proposals_agency_id_origin")),
    )
    op.create_index("ix_proposals_link", "proposals", ["agency_id", "link"])
    op.create_index("ix_proposals_at", "proposals", ["agency_id", "at"])
    op.create_table(
        "ideas",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_ideas_agency_id_agencies")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_ideas_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas")),
        sa.UniqueConstraint("agency_id", "origin", name=op.f("uq_ideas_agency_id_origin")),
    )
    op.create_index("ix_ideas_agency_state", "ideas", ["agency_id", "state", "id"])
    op.create_table(
        "evergreens",
        sa.Column("post_id", ID, nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_evergreens_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_evergreens")),
    )
    op.create_table(
        "post_results",
        sa.Column("target_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTS),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["post_targets.id"], name=op.f("fk_post_results_target_id_post_targets")
        ),
        sa.PrimaryKeyConstraint("target_id", "day", name=op.f("pk_post_results")),
    )
    op.create_table(
        "result_looks",
        sa.Column("target_id", ID, nullable=False),
        sa.Column("next_at", TIME, nullable=True),
        sa.Column("looked_at", TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["post_targets.id"], name=op.f("fk_result_looks_target_id_post_targets")
        ),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_result_looks")),
    )
    op.create_index("ix_result_looks_next_at", "result_looks", ["next_at"])


def downgrade() -> None:
    """Undo."""
    for table in ("result_looks", "post_results", "evergreens", "ideas", "proposals", "feeds"):
        op.drop_table(table)
