"""What the journeys share: the browser of the look's tests."""

from tests.look.conftest import chromium  # noqa: F401 - a fixture
