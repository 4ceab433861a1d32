"""PostgreSQL's own log says what refused a row, and repeats nothing of the row."""

import time

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from mst_sites.tenancy.models import Team
from tests import database
from tests.factories import TeamFactory

LOG = settings.VAR_DIR / "logs" / "postgres.log"
CANARY = "bullfinch"  # what somebody typed
QUIET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}


def written_after(beginning, words):
    """Return what the server wrote since, once it holds these words."""
    for _ in range(100):
        text = LOG.read_bytes()[beginning:].decode()
        if words in text:
            return text
        time.sleep(0.05)
    raise TimeoutError(words)


@pytest.mark.django_db
@pytest.mark.skipif(not LOG.exists(), reason="the server is not one that ./run started")
def test_log_of_the_database_does_not_repeat_what_was_typed():
    team, beginning = TeamFactory(), LOG.stat().st_size

    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(name=CANARY, version=-1)

    assert CANARY not in written_after(beginning, "tenancy_team_version_check")


@pytest.mark.django_db
def test_roles_that_read_and_write_rows_are_quiet_in_the_log():
    """The application cannot make itself heard again: only a superuser may."""
    with database.owner_cursor() as owner, connection.cursor() as application:
        for cursor in (owner, application):
            for name, value in QUIET.items():
                cursor.execute(f"show {name}")
                assert cursor.fetchone() == (value,)
