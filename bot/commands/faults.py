"""What a person is told when a verb fails, and can act on."""

from sqlalchemy.exc import DBAPIError

from bot import migrations
from bot.commands.context import Context
from bot.errors import MotcuaError
from content.faults import ContentError


def told(error: Exception) -> str | None:
    """Return the lines to print; None for what only we can mend."""
    if isinstance(error, ContentError):
        return str(error)
    if isinstance(error, MotcuaError):
        return f"motcua: {error}"
    return f"motcua: {_of_database(Context(), error)}" if isinstance(error, DBAPIError) else None


def _of_database(context: Context, error: DBAPIError) -> str:
    """Return what can be done about a database that refused: it is away, or its schema is another version's."""
    try:
        now, head = migrations.current(context.db)
    except DBAPIError as away:
        return f"the database does not answer: {_reason(away)}; see DATABASE_URL"
    if now != head:
        return f"the database's schema is {now or 'empty'}, this version needs {head}: run `motcua migrate`"
    return f"the database refused: {_reason(error)}"


def _reason(error: DBAPIError) -> str:
    """Return the driver's first line, which holds no values of a statement."""
    return str(error.orig).strip().splitlines()[0]
