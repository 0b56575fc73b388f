"""What forms share."""

from wtforms import Field


def said(field: Field) -> str:
    """Return what was written into a text field, without blanks around it; "" when nothing was."""
    return str(field.data or "").strip()
