"""What staff owe a conversation, notes, canned answers, deadlines of tickets, words to search by"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WORDS = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
ASSIGNED = sa.text("assignee IS NOT NULL")
NEVER = "1970-01-01 00:00:00.000000"
ADDED = {
    "agencies": ("desk",),
    "tickets": ("note", "closed_by", "assignee", "due_at"),
    "conversations": ("assignee", "waiting_since", "last_at", "attention", "name"),
}

FTS = (
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_lines', content_rowid='id', "
    "tokenize=\"ascii tokenchars '_'\")",
    "CREATE TRIGGER search_lines_added AFTER INSERT ON search_lines BEGIN "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_lines_removed AFTER DELETE ON search_lines BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); END",
)


def upgrade() -> None:
    """Apply."""
    _conversations()
    _tickets()
    op.add_column("agencies", sa.Column("desk", JSON, nullable=False, server_default="{}"))
    op.create_table(
        "notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_notes_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_conversation", "notes", ["conversation_id", "id"])
    op.create_table(
        "canned_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_canned_answers_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answers")),
    )
    op.create_index(op.f("ix_canned_answers_agency_id"), "canned_answers", ["agency_id"])
    _search()


def _conversations() -> None:
    # Plain ALTERs: making the table anew, as Alembic's batches do, would break what points to its rows on SQLite.
    op.add_column("conversations", sa.Column("name", sa.String(), nullable=False, server_default=""))
    op.add_column("conversations", sa.Column("attention", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("conversations", sa.Column("last_at", TIME, nullable=False, server_default=NEVER))
    op.add_column("conversations", sa.Column("waiting_since", TIME, nullable=True))
    op.add_column("conversations", sa.Column("assignee", sa.String(), nullable=True))
    op.execute("UPDATE conversations SET last_at = coalesce(last_act_at, created_at)")
    op.create_index("ix_conversations_list", "conversations", ["account_id", "attention", "last_at", "id"])
    op.create_index(
        "ix_conversations_assignee",
        "conversations",
        ["assignee", "attention", "last_at", "id"],
        postgresql_where=ASSIGNED,
        sqlite_where=ASSIGNED,
    )


def _tickets() -> None:
    op.add_column("tickets", sa.Column("due_at", TIME, nullable=False, server_default=NEVER))
    op.add_column("tickets", sa.Column("assignee", sa.String(), nullable=True))
    op.add_column("tickets", sa.Column("closed_by", sa.String(), nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("note", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE tickets SET due_at = created_at")
    op.execute(
        "UPDATE conversations SET attention = 3, waiting_since = created_at WHERE id IN "
        "(SELECT conversation_id FROM tickets WHERE state = 'open' AND kind IN ('handoff', 'failure'))"
    )
    op.create_index("ix_tickets_due", "tickets", ["agency_id", "state", "due_at", "id"])


def _search() -> None:
    op.create_table(
        "search_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=True),
        sa.Column("words", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_search_lines_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_search_lines_event_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_lines")),
        sa.UniqueConstraint("event_id", name=op.f("uq_search_lines_event_id")),
    )
    op.create_index("ix_search_lines_conversation", "search_lines", ["conversation_id"])
    if op.get_context().dialect.name == "postgresql":
        op.create_index("ix_search_lines_words", "search_lines", ["words"], postgresql_using="gin")
    else:
        for statement in FTS:
            op.execute(statement)


def downgrade() -> None:
    """Undo."""
    if op.get_context().dialect.name != "postgresql":
        op.execute("DROP TABLE search_words")
    for table in ("search_lines", "canned_answers", "notes"):
        op.drop_table(table)
    op.drop_index("ix_tickets_due", "tickets")
    op.drop_index("ix_conversations_assignee", "conversations")
    op.drop_index("ix_conversations_list", "conversations")
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
