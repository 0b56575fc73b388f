"""What the content's tests share: the real library, and one small record to change."""

import pytest

from content import library
from content.library import Library


@pytest.fixture(scope="session")
def real() -> Library:
    """The library of this installation."""
    return library.load()
