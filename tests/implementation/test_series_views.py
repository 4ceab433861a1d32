"""The pages on which a series is moved or cancelled from one of its meetings on."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from implementation.models import Meeting, MeetingSeries
from mst_sites.periods import LONDON, local_day
from tests.factories import MeetingFactory, MeetingSeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(site, now_really):
    """Return the first of two meetings a week apart, the day after tomorrow."""
    begins = datetime.combine(local_day(now_really) + timedelta(days=2), time(10), LONDON)
    series = MeetingSeriesFactory(site=site, first_on=begins.date(), every_weeks=1)
    given = {"site": site, "series": series, "kind": "CALL", "title": "Call"}
    for week in (1, 0):
        at = begins + timedelta(weeks=week)
        meeting = MeetingFactory(
            **given, starts_at=at, ends_at=at + timedelta(hours=1), series_on=at.date()
        )
    return meeting


@pytest.fixture
def now_really():
    return datetime.now(LONDON)


def form_of(response):
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


def test_series_change_shows_what_it_is_about_and_moves_it(site, manager, first, sign_in):
    client = sign_in(manager)
    url = reverse("series-change", args=[site.slug, first.pk])

    page = client.get(url)
    done = client.post(url, {**form_of(page), "begins_at": "14:00"}, follow=True)

    assert "2 meetings, from" in page.content.decode()
    assert "2 meetings are changed." in done.content.decode()
    assert {each.local_start.time() for each in Meeting.objects.all()} == {time(14)}


def test_series_change_after_somebody_else_keeps_what_was_typed(site, manager, first, sign_in):
    client = sign_in(manager)
    url = reverse("series-change", args=[site.slug, first.pk])
    typed = {**form_of(client.get(url)), "place": "Room 2"}
    MeetingSeries.objects.update(version=2)
    Meeting.objects.filter(pk=first.pk).update(place="Room 1", version=2)

    clash = client.post(url, typed)
    again = client.post(url, form_of(clash))

    assert clash.status_code == 409
    assert all(room in clash.content.decode() for room in ("Room 1", "Room 2"))
    assert again.status_code == 302
    assert Meeting.objects.get(pk=first.pk).place == "Room 2"


def test_series_cancel_asks_why_and_cancels_all(site, manager, first, sign_in):
    client = sign_in(manager)
    url = reverse("series-cancel", args=[site.slug, first.pk])
    versions = {"version": 1, "series_version": 1}

    refused = client.post(url, {**versions, "reason": ""})
    done = client.post(url, {**versions, "reason": "The group is wound up"}, follow=True)

    assert refused.status_code == 422
    assert "2 meetings are cancelled." in done.content.decode()
    assert client.get(url).status_code == 302
