"""What mails said, and to whom, is erased when its time is over; that they were sent stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mst_sites.audit.models import AuditEntry
from mst_sites.delivery import operations, tasks
from mst_sites.delivery.models import OutgoingMail, State
from mst_sites.delivery.operations import mails

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mail(days_ago, state=State.READY):
    """Return a mail of some days ago; one that has left did so on the same day."""
    attachment = {"name": "a.txt", "type": "text/plain", "content": "YQ=="}
    letter = operations.Letter(
        to=["a@example.org"], subject="Hello", text="Text", html="<p>", attachments=[attachment]
    )
    then = NOW - timedelta(days=days_ago)
    row = mails.mail_of(letter, site=None, now=then)
    row.state, row.finished_at = state, then if state == State.READY else None
    row.save()
    return row


def says(row):
    row.refresh_from_db()
    return tuple(map(bool, (row.text, row.html, row.attachments, row.to, row.subject)))


def test_erase_mails_takes_the_words_of_what_left_long_ago_and_nothing_else(settings):
    settings.MAIL_KEEP_DAYS = 30
    old, young, dead = mail(31), mail(29), mail(400, State.FAILED)

    assert operations.erase_mails(now=NOW, by=None) == 1

    assert [says(row) for row in (old, young, dead)] == [(False,) * 5, (True,) * 5, (True,) * 5]
    assert (old.state, old.finished_at) == (State.READY, NOW - timedelta(days=31))
    entry = AuditEntry.objects.get(action="mails.erased")
    assert entry.details == {"mails": 1}
    assert operations.erase_mails(now=NOW, by=None) == 0
    assert AuditEntry.objects.filter(action="mails.erased").count() == 1


def test_erase_mails_leaves_all_when_it_cannot_be_recorded(broken_audit):
    old = mail(100)

    with pytest.raises(broken_audit):
        operations.erase_mails(now=NOW, by=None)

    assert says(old) == (True,) * 5


def test_the_clock_erases_them():
    old = mail(91)

    assert tasks.erase_mails() == 1

    assert says(old) == (False,) * 5


def test_erase_mails_takes_the_address_of_one_whose_words_went_before():
    old = mail(91)
    OutgoingMail.objects.update(text="", html="", attachments=[])

    assert operations.erase_mails(now=NOW, by=None) == 1

    assert says(old) == (False,) * 5


def test_erase_mails_keeps_no_address_for_longer_than_an_enquiry(settings):
    settings.ENQUIRY_KEEP_MONTHS, settings.MAIL_KEEP_DAYS = 6, 3650
    old, dead, young = mail(190), mail(190, State.FAILED), mail(180, State.FAILED)

    assert operations.erase_mails(now=NOW, by=None) == 2

    assert says(old) == (False,) * 5
    assert set(OutgoingMail.objects.all()) == {old, young}
    assert not OutgoingMail.objects.filter(pk=dead.pk).exists()
