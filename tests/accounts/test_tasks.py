"""The clock's work for accounts."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from mst_sites.accounts.tasks import clear_sessions
from tests.factories import UserFactory

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


def test_clear_sessions_forgets_from_where_ended_ones_were_held():
    user = UserFactory()
    for key in ("running", "over"):
        UserSession.objects.create(user=user, session_key=key, ip="192.0.2.1", user_agent="Browser")
    day = timedelta(days=1)
    Session.objects.create(session_key="running", expire_date=timezone.now() + day)
    Session.objects.create(session_key="over", expire_date=timezone.now() - day)

    clear_sessions()

    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["running"]
