"""Each night the ends of the audit's chains leave for a second place, in the form in which they are compared again."""

import base64

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.audit import chains
from mst_sites.audit import operations as audit
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery import operations, tasks
from mst_sites.delivery.models import OutgoingMail
from tests.factories import SiteFactory, person

pytestmark = pytest.mark.django_db
ADDRESS = "audit@example.org"


@pytest.fixture(autouse=True)
def anchored(settings):
    settings.AUDIT_ANCHOR_ADDRESS = ADDRESS


@pytest.fixture
def site():
    site = SiteFactory(slug="afon")
    for _ in range(3):
        audit.record("note.filed", site=site, by=person(Role.MST_UK_LEAD))
    audit.record("person.invited", site=None, by=None)
    return site


def attached(mail):
    [file] = mail.attachments
    return base64.b64decode(file["content"]).decode()


def test_anchor_audit_mails_what_verify_audit_prints(site, capsys):
    call_command("verify_audit")
    printed = capsys.readouterr().out

    assert tasks.anchor_audit() == 0

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ([ADDRESS], "MST Sites: the audit is whole, 2 chains")
    assert attached(mail) == printed
    entry = AuditEntry.objects.get(action="audit.anchored")
    assert (entry.details, entry.source) == ({"chains": 2, "breaks": 0}, "worker")


def test_mailed_lines_find_a_chain_that_was_rewritten(site, tmp_path):
    """The audit itself is as it should be, and does not agree with another end that was once mailed."""
    tasks.anchor_audit()
    kept = tmp_path / "audit.txt"
    kept.write_text(attached(OutgoingMail.objects.get()))
    call_command("verify_audit", "--against", str(kept))

    last_hash = chains.walk(site.pk).hash
    kept.write_text(kept.read_text().replace(last_hash, "0" * 64))
    with pytest.raises(CommandError, match="broken in 1 places"):
        call_command("verify_audit", "--against", str(kept))


def test_broken_chain_is_told_in_the_subject_and_in_the_log(site, caplog):
    found = chains.walk(site.pk)
    found.breaks = [chains.Break(2, chains.Fault.MISSING)]

    mail = operations.send_anchor(walks={"afon": found}, now=timezone.now(), by=None)

    assert mail.subject == "MST Sites: the audit is broken in 1 place"
    assert "afon: entry 2 is missing" in mail.text
    assert [(each.levelname, each.message) for each in caplog.records] == [
        ("ERROR", "The audit is broken in 1 places.")
    ]


def test_anchor_audit_does_nothing_without_an_address(site, settings):
    settings.AUDIT_ANCHOR_ADDRESS = ""

    assert tasks.anchor_audit() == 0

    assert not OutgoingMail.objects.exists()


def test_anchor_audit_is_on_the_clock_each_night(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["anchor-audit"]

    assert entry["task"] == tasks.anchor_audit.name
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({4}, {15})
