"""The desk of Suối Mơ beside a hostile web."""

from collections.abc import Iterator

import pytest

from tests.campaigns.conftest import desk, platforms
from tests.channels.conftest import serve
from tests.curation.hostile import Hostile, serving

__all__ = ["desk", "platforms", "serve"]


@pytest.fixture
def web() -> Iterator[Hostile]:
    """A web server that may do anything."""
    with serving() as server:
        yield server
