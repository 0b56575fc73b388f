"""What the tests of understanding share."""

from tests.nlu.served import rasa_server  # noqa: F401 - a fixture
