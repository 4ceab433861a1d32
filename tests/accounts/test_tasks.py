"""The clock's work for accounts."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from mst_sites.accounts.tasks import clear_sessions

pytestmark = pytest.mark.django_db


def test_clear_sessions_keeps_those_that_run():
    now = timezone.now()
    for key, ends in (
        ("over", now - timedelta(minutes=1)),
        ("running", now + timedelta(minutes=1)),
    ):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)

    clear_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]
