"""The national catalogue as imported"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "catalogue_imports",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_imports")),
    )
    op.create_table(
        "imported_procedures",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("gone_on", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("search", JSON, nullable=False),
        sa.Column("record", JSON, nullable=False),
        sa.Column("doubts", JSON, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["catalogue_imports.id"], name=op.f("fk_imported_procedures_import_id_catalogue_imports")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_imported_procedures")),
    )
    with op.batch_alter_table("imported_procedures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_procedures_import_id"), ["import_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("imported_procedures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_procedures_import_id"))
    op.drop_table("imported_procedures")
    op.drop_table("catalogue_imports")
