"""The people of Suối Mơ, as in the tests of the knowledge."""

from tests.knowledge.conftest import _cheap_passwords, actors

__all__ = ["_cheap_passwords", "actors"]
