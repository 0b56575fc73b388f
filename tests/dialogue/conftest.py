"""What the dialogue's tests share: the real library, loaded once."""

import pytest

from content import library
from content.library import Library
from tests.dialogue.person import Person


@pytest.fixture(scope="session")
def real() -> Library:
    """The library of this installation."""
    return library.load()


@pytest.fixture
def person(real: Library) -> Person:
    """Somebody who starts a conversation."""
    return Person(library=real)
