"""Places in long lists, as addresses carry them: a moment to the microsecond and numbers, joined by dots."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_DIGITS_MAX = 17


def write(at: datetime, *numbers: int) -> str:
    """Return the place as an address carries it."""
    return ".".join(map(str, ((at - EPOCH) // MICROSECOND, *numbers)))


def read(text: str, *, numbers: int) -> tuple[datetime, tuple[int, ...]] | None:
    """Return the moment and the numbers of a place; None for nonsense, which means the beginning."""
    parts = text.split(".")
    if len(parts) != numbers + 1 or not all(_number(part) for part in parts):
        return None
    try:
        at = EPOCH + int(parts[0]) * MICROSECOND
    except OverflowError:
        return None
    return at, tuple(map(int, parts[1:]))


def _number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= _DIGITS_MAX
