"""What records wrote is gone when it cannot be recorded: every row and every file is as it was before."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Of

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mst_sites import files
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.records import operations
from mst_sites.records.models import Action, Attachment, Comment
from mst_sites.tenancy.models import Team
from tests.clamav import EICAR, VIRUS, waiting
from tests.factories import TeamFactory, person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@dataclass
class Stage:
    """A team, somebody of it, and what hangs on the team."""

    team: Team
    by: User

    @property
    def place(self):
        return {"site": self.team.site, "subject": self.team}

    @property
    def columns(self):
        about = {"subject_type": "tenancy.team", "subject_id": str(self.team.pk)}
        return {"site": self.team.site, "team": self.team} | about

    def commented(self):
        """Return where a comment hangs, with its answer."""
        first = operations.add_comment(**self.place, text="Which school?", by=self.by)
        operations.add_comment(**self.place, text="The near one.", parent=first, by=self.by)
        return self.place

    def action(self):
        said = {"text": "Order the manuals.", "raised_in": "SITE", "raised_at": NOW}
        return Action.objects.create(**self.columns, **said, owner=self.by)

    def attachment(self):
        """Return a file that was attached, and is in its place."""
        upload = SimpleUploadedFile("minutes.txt", b"We met.")
        made = operations.attach_file(**self.place, upload=upload, by=self.by)
        return Attachment.objects.get(pk=made.pk)

    def claimed(self):
        """Return a file that waited for the virus check, taken by this sweep."""
        waiting(self.team)
        return operations.claim_waiting(now=timezone.now())

    def removed(self):
        """Return a file that was removed, beside one that no row names."""
        made = self.attachment()
        files.store(b"words", folder="attachments")
        operations.remove_attachment(attachment=made, by=self.by)
        return Attachment.objects.get(pk=made.pk)


@pytest.fixture
def stage():
    team = TeamFactory()
    return Stage(team, person(Role.SUPERVISOR, team=team))


# Each makes what it acts upon, and returns the operation with its values.
ACTS = {
    "raise_action": lambda s: Of(
        act=operations.raise_action, **s.place, text="Order the manuals.", owner=s.by
    ),
    "close_action": lambda s: Of(
        act=operations.close_action, action=s.action(), version=1, outcome="They came."
    ),
    "drop_action": lambda s: Of(
        act=operations.drop_action, action=s.action(), version=1, outcome="Too dear."
    ),
    "reassign_action": lambda s: Of(
        act=operations.reassign_action,
        action=s.action(),
        version=1,
        owner=person(Role.CONSULTANT, team=s.team),
        due_on=NOW.date(),
    ),
    "add_comment": lambda s: Of(act=operations.add_comment, **s.place, text="Well put."),
    "resolve_comment": lambda s: Of(
        act=operations.resolve_comment,
        comment=Comment.objects.create(
            **s.columns, author=s.by, text="Which school?", written_at=NOW
        ),
    ),
    "remove_comments": lambda s: Of(
        act=operations.remove_comments,
        **s.commented(),
    ),
    "attach_file": lambda s: Of(
        act=operations.attach_file,
        **s.place,
        upload=SimpleUploadedFile("minutes.txt", b"We met."),
    ),
    "read_attachment": lambda s: Of(act=operations.read_attachment, attachment=s.attachment()),
    "remove_attachment": lambda s: Of(act=operations.remove_attachment, attachment=s.attachment()),
    "settle_scan of a clean file": lambda s: Of(
        act=operations.settle_scan, attachment=s.claimed(), virus=""
    ),
    "settle_scan of a virus": lambda s: Of(
        act=operations.settle_scan, attachment=s.claimed(), virus=VIRUS
    ),
    "clear_files": lambda s: Of(
        act=operations.clear_files, now=s.removed().removed_at + timedelta(days=91)
    ),
    "sign": lambda s: Of(
        act=operations.sign,
        **s.place,
        signed_sha256="a" * 64,
        role=Role.SUPERVISOR,
        organisation="A provider",
        statement="I agree.",
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_left_of_what_cannot_be_recorded(act, stage, broken_at_last):
    broken_at_last(lambda: ACTS[act](stage), by=stage.by)


@pytest.mark.parametrize("act", ["attach_file", "settle_scan of a virus"])
def test_nothing_is_left_either_where_a_scanner_answers(act, stage, scanner, broken_at_last):
    broken_at_last(lambda: ACTS[act](stage), by=stage.by)


def test_nothing_is_left_either_where_the_scanner_is_away(stage, scanner_away, broken_at_last):
    broken_at_last(lambda: ACTS["attach_file"](stage), by=stage.by)


def test_nothing_is_left_of_a_refusal_that_cannot_be_recorded(stage, scanner, broken_at_last):
    def look_through(**given):
        with pytest.raises(ValidationError, match="A virus was found"):
            operations.look_through(**given)

    def infected():
        upload = SimpleUploadedFile("minutes.txt", EICAR)
        return Of(act=look_through, site=stage.team.site, upload=upload)

    broken_at_last(infected, by=stage.by)
