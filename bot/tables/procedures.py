"""The national catalogue as imported: shared by all agencies, one row per code, and one per import."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Time


class CatalogueImport(Base):
    """One import that changed something; the highest id is the catalogue's version."""

    __tablename__ = "catalogue_imports"

    id: Mapped[Id]
    at: Mapped[Time]
    file: Mapped[str]
    as_of: Mapped[str]
    """The newest date that the file itself gives."""
    counts: Mapped[Facts]


class ImportedProcedure(Base):
    """A procedure as the portal exports it. `state` is current or gone (no longer in the national catalogue)."""

    __tablename__ = "imported_procedures"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="current")
    as_of: Mapped[str]
    gone_on: Mapped[str | None]
    """ISO date of the export in which it was missed."""
    digest: Mapped[str]
    search: Mapped[Facts]
    """What is searched besides the name: `levels` and the texts by field."""
    record: Mapped[Facts]
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    """The record before the last import that changed it; None: it never changed."""
    doubts: Mapped[list[dict[str, Any]]] = mapped_column(JSON().with_variant(JSONB, "postgresql"), default=list)
    import_id: Mapped[int] = mapped_column(ForeignKey("catalogue_imports.id"), index=True)
    """The import that wrote this row last."""
