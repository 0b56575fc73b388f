"""What forms and addresses share."""

from wtforms import Field


def said(field: Field) -> str:
    """Return what was written into a text field, without blanks around it; "" when nothing was."""
    return str(field.data or "").strip()


def number(text: str) -> int:
    """Return the number that an address or a field carries; 0 for nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 17 else 0
