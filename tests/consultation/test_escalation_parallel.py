"""Many people of MST UK answer one note at once: one answer is kept, and the others are told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from consultation import operations
from consultation.models import EscalationAnswer
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.factories import NoteFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
AT_ONCE = 10


def test_of_answers_given_at_once_one_is_kept_and_the_others_are_told():
    with whole_scope():
        note = NoteFactory(
            status="FILED",
            filed_at=NOW,
            edition=1,
            held_on=date(2026, 3, 4),
            minutes=60,
            mode="VIDEO",
            is_escalated=True,
            escalated_in=1,
        )

    def answer(number):
        try:
            with site_scope([note.site_id]):
                return operations.answer_escalation(
                    note=note, edition=1, answer=f"We rang {number} times.", now=NOW, by=None
                ).text
        except ValidationError as error:
            return error.messages
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(answer, range(AT_ONCE)))

    with whole_scope():
        kept = EscalationAnswer.objects.get().text
        assert AuditEntry.objects.filter(action="escalation.answered").count() == 1
    others = [each for each in told if each != kept]
    assert len(others) == AT_ONCE - 1
    assert all("so yours was not stored" in message for [message] in others)
