"""What records write: each thing once, and each refusal."""

import errno
import os
import uuid
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate, now

from mst_sites import files as stored_files
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records import operations, queries
from mst_sites.records.models import Action, ActionState, Attachment, Comment, SignOff
from mst_sites.records.operations.subjects import ForeignSubjectError
from mst_sites.tenancy.scope import site_scope
from mst_sites.tenancy.versions import ClashError
from tests.database import owner_cursor
from tests.factories import MembershipFactory, SiteFactory, TeamFactory, UserFactory, person

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)
POSTCODE = "Met the family at CF10 3AT."


def acts():
    return list(AuditEntry.objects.order_by("at").values_list("action", flat=True))


def last_details():
    return AuditEntry.objects.order_by("at").last().details


def codes(refusal):
    return {
        field: [error.code for error in errors]
        for field, errors in refusal.value.error_dict.items()
    }


# Actions


def raise_action(team, by, **changes):
    values = {
        "site": team.site,
        "subject": team,
        "text": "Order the manuals.",
        "owner": by,
        "due_on": DAY,
        "by": by,
    }
    return operations.raise_action(**{**values, **changes})


def test_raise_action_hangs_on_its_row_and_is_recorded(team, supervisor):
    action = raise_action(team, supervisor)

    assert (action.site, action.team, action.state) == (team.site, team, ActionState.OPEN)
    assert (action.subject_type, action.subject_id) == ("tenancy.team", str(team.pk))
    assert acts() == ["action.raised"]
    assert last_details() == {
        "owner": str(supervisor.pk),
        "due_on": "2026-12-01",
        "raised_in": "SITE",
    }


def test_raise_action_twice_by_one_form_is_one_action(team, supervisor):
    made = uuid.uuid4()

    assert raise_action(team, supervisor, action_id=made) == raise_action(
        team, supervisor, action_id=made
    )

    assert Action.objects.count() == 1
    assert acts() == ["action.raised"]


def test_raise_action_with_the_number_of_somebody_elses_is_refused(team, supervisor):
    theirs = raise_action(team, supervisor)
    other = person(Role.CONSULTANT, team=team)

    with pytest.raises(ValidationError, match="id"):
        raise_action(team, other, action_id=theirs.pk)


def test_raise_action_that_could_identify_a_family_asks_for_a_reason(team, supervisor):
    with pytest.raises(ValidationError) as refusal:
        raise_action(team, supervisor, text=POSTCODE)
    assert codes(refusal) == {"text": ["identifier"]}
    with pytest.raises(ValidationError) as refusal:
        raise_action(team, supervisor, text=POSTCODE, confirmed_reason="It is at CF10 3AT.")
    assert codes(refusal) == {"confirmed_reason": ["identifier"]}
    assert not Action.objects.exists()

    raise_action(team, supervisor, text=POSTCODE, confirmed_reason="The address of our own office.")

    assert last_details()["kept_despite"] == ["POSTCODE"]
    assert "CF10" not in str(last_details())


def acts_of_text(team, by):
    """Whatever is typed about a row of a site, as acts that take the text."""
    given = {"site": team.site, "subject": team, "by": by}
    signed = {"signed_sha256": "a" * 64, "role": Role.SUPERVISOR, "organisation": "Afon"}
    action = {"version": 1, "by": by}
    return {
        "raise": lambda text: raise_action(team, by, text=text),
        "close": lambda text: operations.close_action(
            action=raise_action(team, by), outcome=text, **action
        ),
        "drop": lambda text: operations.drop_action(
            action=raise_action(team, by), outcome=text, **action
        ),
        "comment": lambda text: operations.add_comment(text=text, **given),
        "sign": lambda text: operations.sign(statement=text, **signed, **given),
    }


@pytest.mark.parametrize("act", ["raise", "close", "drop", "comment", "sign"])
def test_what_is_typed_may_name_colleagues_and_days_but_no_family(team, supervisor, act):
    left = UserFactory(full_name="Sarah Wren")
    over = {"began_at": now() - timedelta(days=30), "ended_at": now()}
    MembershipFactory(user=left, site=team.site, role=Role.THERAPIST, team=team, **over)
    UserFactory(full_name="Peter Heron", country_role=Role.MST_UK_LEAD)
    say = acts_of_text(team, supervisor)[act]
    last_year = localdate().year - 1

    for refused in ("See Sarah Robin.", f"Born 3 March {last_year - 12}.", "Ask Mrs Robin."):
        with pytest.raises(ValidationError) as refusal:
            say(refused)
        assert [*codes(refusal).values()] == [["identifier"]]
    assert say(f"Sarah Wren and Mr Heron met on 3 March {last_year}.")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"text": ""}, "text"), ({"text": "x" * 501}, "text"), ({"text": "a\0b"}, "text")],
)
def test_raise_action_refuses(team, supervisor, change, field):
    with pytest.raises(ValidationError) as refusal:
        raise_action(team, supervisor, **change)

    assert list(refusal.value.error_dict) == [field]
    assert acts() == []


def test_raise_action_for_a_stranger_is_refused(team, supervisor):
    stranger = person(Role.SUPERVISOR, team=TeamFactory())

    with pytest.raises(ValidationError, match="no role on this site"):
        raise_action(team, supervisor, owner=stranger)


def test_raise_action_about_a_row_of_another_site_is_refused(team, supervisor):
    with pytest.raises(ForeignSubjectError):
        raise_action(team, supervisor, subject=TeamFactory())


def test_raise_action_for_mst_uk_is_allowed(team, supervisor):
    lead = person(Role.MST_UK_LEAD)

    assert raise_action(team, supervisor, owner=lead).owner == lead


def test_close_action_is_recorded(team, supervisor):
    action = raise_action(team, supervisor)

    closed = operations.close_action(action=action, version=1, outcome="They came.", by=supervisor)

    assert (closed.state, closed.closed_by, closed.version) == (ActionState.DONE, supervisor, 2)
    assert acts() == ["action.raised", "action.done"]


def test_drop_action_needs_a_reason(team, supervisor):
    action = raise_action(team, supervisor)

    with pytest.raises(ValidationError, match="Say why"):
        operations.drop_action(action=action, version=1, outcome=" ", by=supervisor)
    operations.drop_action(action=action, version=1, outcome="Too dear.", by=supervisor)

    assert acts() == ["action.raised", "action.dropped"]


def test_close_action_that_is_closed_is_refused(team, supervisor):
    action = raise_action(team, supervisor)
    operations.close_action(action=action, version=1, by=supervisor)

    with pytest.raises(ValidationError, match="closed already"):
        operations.close_action(action=action, version=2, by=supervisor)
    with pytest.raises(ValidationError, match="closed already"):
        operations.reassign_action(
            action=action, version=2, owner=supervisor, due_on=DAY, by=supervisor
        )


def test_close_action_that_somebody_changed_is_a_clash(team, supervisor):
    action = raise_action(team, supervisor)
    operations.reassign_action(
        action=action, version=1, owner=supervisor, due_on=None, by=supervisor
    )

    with pytest.raises(ClashError):
        operations.close_action(action=action, version=1, by=supervisor)


def test_reassign_action_says_from_whom_to_whom(team, supervisor):
    action = raise_action(team, supervisor)
    other = person(Role.CONSULTANT, team=team)

    operations.reassign_action(action=action, version=1, owner=other, due_on=None, by=supervisor)

    assert last_details() == {
        "owner": [str(supervisor.pk), str(other.pk)],
        "due_on": ["2026-12-01", ""],
    }


# Comments


def comment(team, by, **changes):
    values = {"site": team.site, "subject": team, "text": "Is this right?", "by": by}
    return operations.add_comment(**{**values, **changes})


def test_add_comment_and_answer_make_a_thread(team, supervisor):
    consultant = person(Role.CONSULTANT, team=team)
    first = comment(team, supervisor, quote="a line", anchor="summary")
    answer = comment(team, consultant, text="Yes.", parent=first)
    comment(team, supervisor, text="Thank you.", parent=answer)
    comment(TeamFactory(site=team.site), supervisor)

    (remark,) = queries.thread_of(team, site=team.site)

    assert (remark.text, remark.quote, remark.resolved) == ("Is this right?", "a line", False)
    assert [reply.text for reply in remark.replies] == ["Yes.", "Thank you."]


def test_add_comment_twice_by_one_form_is_one_comment(team, supervisor):
    made = uuid.uuid4()

    assert comment(team, supervisor, comment_id=made) == comment(team, supervisor, comment_id=made)

    assert Comment.objects.count() == 1


def test_add_comment_refuses(team, supervisor):
    elsewhere = comment(TeamFactory(site=team.site), supervisor)

    with pytest.raises(ValidationError, match="blank"):
        comment(team, supervisor, text="")
    with pytest.raises(ValidationError, match="about something else"):
        comment(team, supervisor, parent=elsewhere)
    with pytest.raises(ValidationError, match="looks like"):
        comment(team, supervisor, text=POSTCODE)

    assert Comment.objects.count() == 1


def test_resolve_comment_stays_with_who_said_it_first(team, supervisor):
    made = comment(team, supervisor)
    other = person(Role.CONSULTANT, team=team)

    operations.resolve_comment(comment=made, by=supervisor)
    again = operations.resolve_comment(comment=made, by=other)

    assert again.resolved_by == supervisor
    assert acts() == ["comment.added", "comment.resolved"]


def test_remove_comments_takes_answers_too_and_leaves_those_on_other_rows(team, supervisor):
    first = comment(team, supervisor)
    comment(team, supervisor, text="Yes.", parent=first)
    elsewhere = comment(TeamFactory(site=team.site), supervisor)

    operations.remove_comments(site=team.site, subject=team, by=supervisor)
    operations.remove_comments(site=team.site, subject=team, by=supervisor)

    assert list(Comment.objects.all()) == [elsewhere]
    assert acts().count("comments.removed") == 1
    assert last_details() == {"count": 2}


# Files


def attach(team, by, name="minutes.txt", content=b"We met.", **changes):
    values = {
        "site": team.site,
        "subject": team,
        "upload": SimpleUploadedFile(name, content),
        "by": by,
    }
    return operations.attach_file(**{**values, **changes})


def test_attach_file_keeps_it_under_a_name_that_says_nothing(team, supervisor, folder):
    kept = attach(team, supervisor, name="Minutes of Afon.txt", dated_on=DAY)

    assert (kept.name, kept.content_type, kept.size) == ("Minutes of Afon.txt", "text/plain", 7)
    assert "Afon" not in kept.file.name
    assert (folder / kept.file.name).read_bytes() == b"We met."
    assert acts() == ["attachment.added"]
    assert "Afon" not in str(last_details())
    assert operations.read_attachment(attachment=kept, by=supervisor) == b"We met."


def test_attach_file_twice_by_one_form_is_one_file(team, supervisor, folder):
    made = uuid.uuid4()

    assert attach(team, supervisor, attachment_id=made) == attach(
        team, supervisor, attachment_id=made
    )

    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_attach_file_that_is_refused_leaves_nothing(team, supervisor, folder):
    with pytest.raises(ValidationError) as refusal:
        attach(team, supervisor, name="page.html", content=b"<html>")

    assert list(refusal.value.error_dict) == ["upload"]
    assert not list(folder.rglob("*"))


@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_read_attachment_that_was_changed_is_refused(team, supervisor, folder, damage):
    kept = attach(team, supervisor)
    path = folder / kept.file.name
    path.write_bytes(b"We mat.") if damage == "flip" else path.unlink()

    with pytest.raises(operations.DamagedAttachmentError):
        operations.read_attachment(attachment=kept, by=supervisor)

    assert acts() == ["attachment.added", "attachment.damaged"]


def test_remove_attachment_hides_and_keeps(team, supervisor, folder):
    kept = attach(team, supervisor)

    operations.remove_attachment(attachment=kept, by=supervisor)
    operations.remove_attachment(attachment=kept, by=supervisor)

    assert not queries.attachments_of(site=team.site, teams=[team]).exists()
    assert (folder / kept.file.name).exists()
    assert acts() == ["attachment.added", "attachment.removed"]


def clear_files():
    return operations.clear_files(now=datetime.now(UTC), by=None)


def age(folder, name, *, days):
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(folder / name, (then, then))


def test_clear_files_deletes_what_was_removed_long_ago_and_what_nobody_names(
    team, supervisor, folder, django_capture_on_commit_callbacks
):
    kept, removed, old = (attach(team, supervisor) for _ in range(3))
    for each, days in ((removed, 89), (old, 91)):
        operations.remove_attachment(attachment=each, by=supervisor)
        moment = datetime.now(UTC) - timedelta(days=days)
        Attachment.objects.filter(pk=each.pk).update(removed_at=moment)
    leaked, new = (stored_files.store(b"words", folder="attachments") for _ in range(2))
    for each in (kept.file.name, removed.file.name, old.file.name, leaked):
        age(folder, each, days=100)

    with site_scope([]), django_capture_on_commit_callbacks(execute=True):
        assert clear_files() == 2
    assert clear_files() == 0

    there = {f"attachments/{path.name}" for path in (folder / "attachments").iterdir()}
    assert there == {kept.file.name, removed.file.name, new}
    erased = Attachment.objects.get(pk=old.pk)
    assert (erased.file.name, erased.sha256, erased.removed_by) == ("", old.sha256, supervisor)
    assert acts()[-2:] == ["attachment.erased", "attachments.cleared"]


def test_clear_files_where_nothing_was_ever_kept(team, folder):
    assert clear_files() == 0
    assert acts() == []


@pytest.mark.parametrize("fault", [None, OSError(errno.EIO, "Input/output error")])
def test_file_is_on_the_disk_with_the_folders_that_name_it(folder, monkeypatch, fault):
    synced = []

    def fsync(opened):
        synced.append(os.fstat(opened).st_ino)
        if fault:
            raise fault

    monkeypatch.setattr(os, "fsync", fsync)

    with pytest.raises(OSError, match="Input") if fault else nullcontext():
        stored_files.store(b"words", folder="a/b")

    left = [path for path in folder.rglob("*") if path.is_file()]
    assert len(left) == (0 if fault else 1)
    if not fault:
        chain = [*left, folder / "a" / "b", folder / "a", folder]
        assert synced == [path.stat().st_ino for path in chain]


# Signatures


def sign(team, by, **changes):
    values = {
        "site": team.site,
        "subject": team,
        "signed_sha256": "a" * 64,
        "role": Role.SUPERVISOR,
        "organisation": "A provider",
        "statement": "I agree.",
        "by": by,
    }
    return operations.sign(**{**values, **changes})


def test_sign_names_the_content(team, supervisor):
    signed = sign(team, supervisor)

    assert list(queries.sign_offs_of(team, site=team.site)) == [signed]
    assert last_details() == {"sha256": "a" * 64, "role": "SUPERVISOR"}


def test_sign_twice_is_refused(team, supervisor):
    sign(team, supervisor)

    with pytest.raises(ValidationError, match="signed this already"):
        sign(team, supervisor)
    assert sign(team, supervisor, signed_sha256="b" * 64)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": Role.THERAPIST}, "role"),  # may not sign
        ({"role": Role.CONSULTANT}, "role"),  # is not held
        ({"signed_sha256": "z" * 64}, "__all__"),
        ({"organisation": ""}, "organisation"),
        ({"statement": ""}, "statement"),
    ],
)
def test_sign_refuses(team, supervisor, change, field):
    with pytest.raises(ValidationError) as refusal:
        sign(team, supervisor, **change)

    assert list(refusal.value.error_dict) == [field]
    assert not SignOff.objects.exists()


def test_sign_for_another_team_is_refused(team):
    elsewhere = person(Role.SUPERVISOR, team=TeamFactory(site=team.site))

    with pytest.raises(ValidationError, match="cannot sign in this role"):
        sign(team, elsewhere)


def test_signature_cannot_be_changed(team, supervisor):
    signed = sign(team, supervisor)
    signed.statement = "I disagree."

    for change in (signed.save, signed.delete):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|cannot be changed"),
            transaction.atomic(),
        ):
            change()


@pytest.mark.django_db(transaction=True)
def test_signature_cannot_be_changed_by_the_owner_of_the_table(db):
    from django.db import connection

    with owner_cursor(connection.settings_dict["NAME"]) as cursor:
        for statement in (
            "update records_signoff set statement = ''",
            "delete from records_signoff",
            "truncate records_signoff",
        ):
            with pytest.raises(Exception, match="cannot be changed"):
                cursor.execute(statement)


# Whose actions, and who may have one


def test_open_actions_of_shows_one_persons_the_soonest_first(team, supervisor):
    late = raise_action(team, supervisor, text="Second.", due_on=date(2026, 12, 2))
    whenever = raise_action(team, supervisor, text="Last.", due_on=None)
    soon = raise_action(team, supervisor, text="First.", due_on=DAY)
    operations.close_action(
        action=raise_action(team, supervisor, text="Done."), version=1, by=supervisor
    )
    raise_action(team, supervisor, owner=person(Role.CONSULTANT, team=team))

    assert list(queries.open_actions_of(supervisor)) == [soon, late, whenever]


def test_people_of_a_site_are_those_with_a_role_and_mst_uk(team, supervisor):
    lead = person(Role.MST_UK_LEAD)
    person(Role.SUPERVISOR, team=TeamFactory())
    person(Role.COMMISSIONER, site=SiteFactory())

    assert set(queries.people_of(team.site)) == {supervisor, lead}
