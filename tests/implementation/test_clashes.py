"""Two people at one form: the second sees what differs in the form's own terms, whatever columns it is kept in."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from implementation.models import ChangeQuestionnaire, FundingSource, Meeting
from implementation.operations import questionnaires
from mst_sites.accounts.permissions import Role
from mst_sites.periods import LONDON
from tests.factories import (
    FundingSourceFactory,
    InviteeFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    person,
)

pytestmark = pytest.mark.django_db
BEGINS = datetime(2035, 6, 4, 9, tzinfo=UTC)  # ten o'clock in London


@pytest.fixture
def client(manager, sign_in):
    return sign_in(manager)


def sent_by(page, **changes):
    """Return what a browser sends of the form of a page, with some of it typed anew."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def told(page):
    """Return what the page says of each field that differs: theirs and one's own."""
    assert page.status_code == 409
    return {str(label): (theirs, mine) for label, theirs, mine in page.context["clash"]}


def test_meeting_that_somebody_else_moved_is_not_moved_back_unseen(site, client):
    meeting = MeetingFactory(site=site, starts_at=BEGINS)
    address = reverse("meeting-change", args=[site.slug, meeting.pk])
    sent = sent_by(client.get(address), place="Room 2")
    later = datetime(2035, 6, 5, 14, tzinfo=LONDON)
    Meeting.objects.update(starts_at=later, ends_at=later + timedelta(hours=1), version=2)

    differs = told(client.post(address, sent))

    assert differs["Day"] == (date(2035, 6, 5), date(2035, 6, 4))
    assert differs["Begins at"] == (time(14), time(10))
    assert differs["Place"] == ("", "Room 2")


def test_series_that_somebody_else_moved_is_not_moved_back_unseen(site, client):
    series = MeetingSeriesFactory(site=site, first_on=BEGINS.date(), every_weeks=1)
    meeting = MeetingFactory(
        site=site, series=series, series_on=BEGINS.date(), starts_at=BEGINS, kind="CALL"
    )
    address = reverse("series-change", args=[site.slug, meeting.pk])
    sent = sent_by(client.get(address))
    begins = BEGINS + timedelta(hours=3)
    Meeting.objects.update(starts_at=begins, ends_at=begins + timedelta(minutes=90), version=2)

    assert told(client.post(address, sent)) == {"Begins at": (time(13), time(10))}


def test_attendance_shows_whom_somebody_else_marked(site, client):
    meeting = MeetingFactory(site=site, starts_at=datetime(2026, 3, 2, 10, tzinfo=UTC))
    invitee = InviteeFactory(meeting=meeting, name="Demo Guest", agency="")
    address = reverse("attendance-change", args=[site.slug, meeting.pk])
    sent = sent_by(client.get(address), **{f"came_{invitee.pk}": "APOLOGIES"})
    Meeting.objects.update(version=2)
    invitee.attendance = "PRESENT"
    invitee.save()

    [(theirs, mine)] = told(client.post(address, sent)).values()
    assert (str(theirs), str(mine)) == ("Present", "Apologies")


def test_last_day_of_money_is_the_day_that_was_typed(site, client):
    source = FundingSourceFactory(
        site=site, starts_on=date(2026, 4, 1), ends_on=date(2028, 4, 1), version=1
    )
    address = reverse("funding-change", args=[site.slug, source.pk])
    sent = sent_by(client.get(address), ends_on="2029-03-31")
    FundingSource.objects.update(ends_on=date(2027, 4, 1), version=2)

    assert told(client.post(address, sent)) == {"Last day": (date(2027, 3, 31), date(2029, 3, 31))}


def test_statements_that_somebody_else_wrote_are_shown(lead, sign_in):
    client, address = sign_in(lead), reverse("questionnaire-change")
    page = client.get(address)
    sent = sent_by(page, what_changed="Mine")
    texts = {
        name.upper(): value.splitlines()
        for name, value in sent.items()
        if name not in ("version", "what_changed")
    }
    subject = next(iter(texts))
    statements = texts | {subject: ["Theirs alone.", "And one more."]}
    questionnaires.write_questionnaire(
        version=0, statements=statements, what_changed="Theirs", by=person(Role.MST_UK_LEAD)
    )

    differs = told(client.post(address, sent))

    assert ("Theirs", "Mine") in differs.values()
    assert "Theirs alone.\nAnd one more." in {theirs for theirs, _ in differs.values()}
    assert ChangeQuestionnaire.objects.get(number=2).what_changed == "Theirs"
