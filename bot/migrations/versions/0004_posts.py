"""Campaign posts, their reviews, targets, attempts, media and rules"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
SCHEDULED = sa.text("state = 'scheduled'")
UNSETTLED = sa.text("state IN ('waiting', 'publishing', 'unknown')")
OF_TARGET = sa.text("target_id IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "media",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_media")),
    )
    op.create_table(
        "post_rules",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("frozen_at", TIME, nullable=True),
        sa.Column("frozen_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_post_rules")),
    )
    op.create_table(
        "posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("media", JSON, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("recurrence", JSON, nullable=False),
        sa.Column("approval", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("released_at", TIME, nullable=True),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.Column("finished_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_posts_agency_id_agencies")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_posts_author_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_agency_state", "posts", ["agency_id", "state", "id"])
    op.create_index("ix_posts_due", "posts", ["due_at", "id"], postgresql_where=SCHEDULED, sqlite_where=SCHEDULED)
    op.create_index("ix_posts_origin", "posts", ["agency_id", "origin"])
    op.create_table(
        "media_uses",
        sa.Column("post_id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_media_uses_post_id_posts")),
        sa.ForeignKeyConstraint(["sha256"], ["media.sha256"], name=op.f("fk_media_uses_sha256_media")),
        sa.PrimaryKeyConstraint("post_id", "sha256", name=op.f("pk_media_uses")),
    )
    op.create_index(op.f("ix_media_uses_sha256"), "media_uses", ["sha256"])
    op.create_table(
        "post_targets",
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("variant", JSON, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("memory", JSON, nullable=False),
        sa.Column("committing_at", TIME, nullable=True),
        sa.Column("platform_id", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("looked_at", TIME, nullable=True),
        sa.Column("published_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_post_targets_account_id_accounts")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_targets_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_targets")),
        sa.UniqueConstraint("post_id", "channel", "key", name=op.f("uq_post_targets_post_id_channel_key")),
    )
    op.create_index("ix_post_targets_account", "post_targets", ["account_id", "platform_id"])
    op.create_index(
        "ix_post_targets_unsettled", "post_targets", ["state", "id"], postgresql_where=UNSETTLED, sqlite_where=UNSETTLED
    )
    op.create_table(
        "post_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_versions_post_id_posts")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_post_versions_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_versions")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_post_versions_post_id_number")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("checklist", JSON, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_reviews_post_id_posts")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reviews_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_post_id"), "reviews", ["post_id"])
    op.create_table(
        "attempts",
        sa.Column("id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["post_targets.id"], name=op.f("fk_attempts_target_id_post_targets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_target_id"), "attempts", ["target_id"])
    op.add_column("deliveries", sa.Column("target_id", ID, nullable=True))
    op.create_index(
        "ix_deliveries_target", "deliveries", ["target_id", "state"], postgresql_where=OF_TARGET, sqlite_where=OF_TARGET
    )
    op.add_column("memberships", sa.Column("languages", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    op.drop_column("memberships", "languages")
    op.drop_index("ix_deliveries_target", table_name="deliveries", postgresql_where=OF_TARGET, sqlite_where=OF_TARGET)
    op.drop_column("deliveries", "target_id")
    op.drop_table("attempts")
    op.drop_table("reviews")
    op.drop_table("post_versions")
    op.drop_table("post_targets")
    op.drop_table("media_uses")
    op.drop_table("posts")
    op.drop_table("post_rules")
    op.drop_table("media")
