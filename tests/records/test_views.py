"""The pages of actions and files: who may open them, what a form does, and that nothing typed is lost."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records import forms, operations, queries
from mst_sites.records.models import Action, ActionState, Attachment
from tests.factories import MembershipFactory, SiteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db


def raise_action(team, by, **changes):
    values = {
        "site": team.site,
        "subject": team,
        "text": "Order the manuals.",
        "owner": by,
        "by": by,
    }
    return operations.raise_action(**{**values, **changes})


def attach(team, by, **changes):
    upload = SimpleUploadedFile("minutes.txt", b"We met.")
    values = {"site": team.site, "subject": team, "upload": upload, "by": by}
    return operations.attach_file(**{**values, **changes})


def places(team):
    return {
        "own team": {"team": team},
        "other team": {"team": TeamFactory(site=team.site)},
        "other site": {"team": TeamFactory()},
        "own site": {"site": team.site},
        "country": {},
    }


# Role, where it is held; then what the pages of an action answer: the list, a new one, closing one.
ACTION_PAGES = [
    (Role.SUPERVISOR, "own team", 200, 200, 200),
    (Role.SUPERVISOR, "other team", 200, 200, 404),
    (Role.SUPERVISOR, "other site", 404, 404, 404),
    (Role.CONSULTANT, "own team", 200, 200, 200),
    (Role.THERAPIST, "own team", 200, 403, 403),
    (Role.COMMISSIONER, "own site", 403, 403, 403),
    (Role.PROVIDER_MANAGER, "own site", 200, 200, 200),
    (Role.MST_UK_STAFF, "country", 200, 200, 200),
]


@pytest.mark.parametrize(("role", "where", "listed", "new", "close"), ACTION_PAGES)
def test_action_pages_are_for_those_who_work_there(
    team, supervisor, sign_in, role, where, listed, new, close
):
    action = raise_action(team, supervisor)
    client = sign_in(person(role, **places(team)[where]))

    def status(name, *args):
        return client.get(reverse(name, args=[team.site.slug, *args])).status_code

    assert status("action-list") == listed
    assert status("action-create") == new
    assert status("action-close", action.pk) == close
    assert status("action-reassign", action.pk) == close


@pytest.mark.parametrize("number", [1, 3])
def test_action_list_asks_little(team, supervisor, sign_in, queries, number):
    for day in range(number):
        raise_action(team, supervisor, due_on=date(2030, 1, 1 + day))
    client = sign_in(supervisor)

    with queries(7):
        content = client.get(reverse("action-list", args=[team.site.slug])).content.decode()

    assert content.count("Order the manuals.") == number


def test_action_list_shows_ones_own_teams_and_the_site(team, supervisor, sign_in):
    other = TeamFactory(site=team.site)
    lead = person(Role.MST_UK_LEAD)
    raise_action(team, lead, text="Of our team.")
    raise_action(other, lead, text="Of another team.")
    raise_action(team, lead, text="Of the site.", subject=team.site)
    late = timezone.localdate() - timedelta(days=1)
    raise_action(team, supervisor, text="Of mine, late.", due_on=late)
    done = raise_action(team, lead, text="Of the past.")
    operations.close_action(action=done, version=1, outcome="Well done.", by=lead)
    client = sign_in(supervisor)

    def shown(query=""):
        page = client.get(reverse("action-list", args=[team.site.slug]) + query)
        return set(re.findall(r"Of [a-z, ]+\.", page.content.decode()))

    assert shown() == {"Of our team.", "Of the site.", "Of mine, late."}
    assert shown("?owner=mine") == {"Of mine, late."}
    assert shown("?state=DONE") == {"Of the past."}
    assert "Of the past." in shown("?state=all")
    assert shown("?state=nonsense") == shown()


def two_roles(team):
    """Somebody who may change what belongs to one team and only sees what belongs to the other."""
    other = TeamFactory(site=team.site)
    both = person(Role.SUPERVISOR, team=team)
    MembershipFactory(site=team.site, team=other, user=both, role=Role.THERAPIST)
    return both, other


def test_action_list_leads_only_to_what_the_person_may_close(team, supervisor, sign_in):
    both, other = two_roles(team)
    raised = {
        raise_action(team, supervisor): 200,
        raise_action(team, supervisor, subject=team.site): 200,
        raise_action(other, both): 403,
    }
    client = sign_in(both)

    content = client.get(reverse("action-list", args=[team.site.slug])).content.decode()

    assert content.count("Order the manuals.") == len(raised)
    for action, status in raised.items():
        address = reverse("action-close", args=[team.site.slug, action.pk])
        assert client.get(address).status_code == status
        assert (address in content) == (status == 200)


def test_attachment_list_leads_only_to_what_the_person_may_remove(team, supervisor, sign_in):
    both, other = two_roles(team)
    kept = {attach(team, supervisor): 200, attach(other, both): 403}
    client = sign_in(both)

    content = client.get(reverse("attachment-list", args=[team.site.slug])).content.decode()

    assert content.count("minutes.txt") == len(kept)
    for file, status in kept.items():
        address = reverse("attachment-remove", args=[team.site.slug, file.pk])
        assert client.get(address).status_code == status
        assert (address in content) == (status == 200)


def new_action(client, at, **changes):
    page = client.get(reverse("action-create", args=[at.site.slug]))
    row_id = re.search(r'name="row_id" value="([^"]+)"', page.content.decode())[1]
    values = {"row_id": row_id, "text": "Order the manuals.", "due_on": "2030-01-01", **changes}
    return values, client.post(reverse("action-create", args=[at.site.slug]), values)


def test_action_create_sent_twice_is_one_action(team, supervisor, sign_in):
    client = sign_in(supervisor)

    values, response = new_action(client, team, owner=supervisor.pk, team=team.pk)
    again = client.post(reverse("action-create", args=[team.site.slug]), values)

    assert (response.status_code, again.status_code) == (302, 302)
    action = Action.objects.get()
    assert (action.owner, action.team, action.due_on) == (supervisor, team, date(2030, 1, 1))


def test_action_create_keeps_what_was_typed_and_asks_for_a_reason(team, supervisor, sign_in):
    client = sign_in(supervisor)
    text = "See the family at CF10 3AT."

    values, refused = new_action(client, team, owner=supervisor.pk, text=text)

    content = refused.content.decode()
    assert refused.status_code == 422
    assert "CF10 3AT” looks like: postcode" in content
    assert text in content
    assert '<input type="text" name="confirmed_reason"' in content
    reason = {"confirmed_reason": "Our own office."}
    accepted = client.post(reverse("action-create", args=[team.site.slug]), {**values, **reason})
    assert accepted.status_code == 302
    assert Action.objects.get().text == text


@pytest.mark.parametrize("field", ["owner", "team"])
def test_action_create_with_somebody_elses_row_is_refused(team, supervisor, sign_in, field):
    foreign = TeamFactory()
    stranger = {"owner": person(Role.SUPERVISOR, team=foreign).pk, "team": foreign.pk}

    _, response = new_action(
        sign_in(supervisor), team, **{"owner": supervisor.pk, field: stranger[field]}
    )

    assert response.status_code == 422
    assert not Action.objects.exists()


def test_action_create_on_a_team_that_is_not_ones_own_is_refused(team, supervisor, sign_in):
    other = TeamFactory(site=team.site)

    _, response = new_action(sign_in(supervisor), team, owner=supervisor.pk, team=other.pk)

    assert response.status_code == 422


@pytest.mark.parametrize(("state", "outcome", "status"), [("DONE", "", 302), ("DROPPED", "", 422)])
def test_action_close(team, supervisor, sign_in, state, outcome, status):
    action = raise_action(team, supervisor)
    values = {"version": 1, "state": state, "outcome": outcome}

    response = sign_in(supervisor).post(
        reverse("action-close", args=[team.site.slug, action.pk]), values
    )

    assert response.status_code == status
    action.refresh_from_db()
    assert action.state == (state if status == 302 else ActionState.OPEN)


def test_action_close_that_somebody_changed_shows_both(team, supervisor, sign_in):
    action = raise_action(team, supervisor)
    operations.reassign_action(
        action=action, version=1, owner=supervisor, due_on=None, by=supervisor
    )

    response = sign_in(supervisor).post(
        reverse("action-close", args=[team.site.slug, action.pk]),
        {"version": 1, "state": "DONE", "outcome": "They came."},
    )

    assert response.status_code == 409
    assert "They came." in response.content.decode()


def test_action_reassign(team, supervisor, sign_in):
    action = raise_action(team, supervisor)
    other = person(Role.CONSULTANT, team=team)
    url = reverse("action-reassign", args=[team.site.slug, action.pk])

    response = sign_in(supervisor).post(url, {"version": 1, "owner": other.pk, "due_on": ""})

    assert response.status_code == 302
    action.refresh_from_db()
    assert action.owner == other


# Role, where it is held; what the list of files, adding one, downloading one and removing one answer.
FILE_PAGES = [
    (Role.SUPERVISOR, "own team", (200, 200, 200, 200)),
    (Role.SUPERVISOR, "other team", (200, 200, 404, 404)),
    (Role.SUPERVISOR, "other site", (404, 404, 404, 404)),
    (Role.THERAPIST, "own team", (200, 403, 200, 403)),
    (Role.COMMISSIONER, "own site", (403, 403, 403, 403)),
    (Role.MST_UK_STAFF, "country", (200, 200, 200, 200)),
]


@pytest.mark.parametrize(("role", "where", "answers"), FILE_PAGES)
def test_attachment_pages_are_for_those_who_work_there(
    team, supervisor, sign_in, role, where, answers
):
    file = attach(team, supervisor)
    client = sign_in(person(role, **places(team)[where]))

    def status(name, *args):
        return client.get(reverse(name, args=[team.site.slug, *args])).status_code

    assert answers == (
        status("attachment-list"),
        status("attachment-create"),
        status("attachment-download", file.pk),
        status("attachment-remove", file.pk),
    )
    assert AuditEntry.objects.filter(action="attachment.read").count() == (answers[2] == 200)


def test_attachment_download_is_a_file_and_not_a_page(team, supervisor, sign_in):
    file = attach(team, supervisor, upload=SimpleUploadedFile('a"b;é.txt', b"We met."))

    response = sign_in(supervisor).get(
        reverse("attachment-download", args=[team.site.slug, file.pk])
    )

    assert response.content == b"We met."
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''a%22b%3B%C3%A9.txt"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_attachment_of_a_row_that_nobody_may_read_is_refused(team, supervisor, sign_in):
    file = attach(team, supervisor, subject=raise_action(team, supervisor))

    response = sign_in(person(Role.MST_UK_LEAD)).get(
        reverse("attachment-download", args=[team.site.slug, file.pk])
    )

    assert response.status_code == 403


def test_attachment_download_that_was_changed_is_refused(team, supervisor, sign_in, folder):
    file = attach(team, supervisor)
    (folder / file.file.name).write_bytes(b"We mat.")

    response = sign_in(supervisor).get(
        reverse("attachment-download", args=[team.site.slug, file.pk])
    )

    assert response.status_code == 409
    assert "We mat." not in response.content.decode()
    assert AuditEntry.objects.filter(action="attachment.damaged").count() == 1


def upload(client, at, file, **changes):
    url = reverse("attachment-create", args=[at.site.slug])
    page = client.get(url)
    row_id = re.search(r'name="row_id" value="([^"]+)"', page.content.decode())[1]
    assert 'enctype="multipart/form-data"' in page.content.decode()
    return client.post(url, {"row_id": row_id, "upload": file, "dated_on": "2026-11-02", **changes})


def test_attachment_create_keeps_the_file(team, supervisor, sign_in):
    client = sign_in(supervisor)

    response = upload(client, team, SimpleUploadedFile("minutes.txt", b"We met."), team=team.pk)

    assert response.status_code == 302
    file = Attachment.objects.get()
    assert (file.name, file.team, file.dated_on) == ("minutes.txt", team, date(2026, 11, 2))
    listed = client.get(reverse("attachment-list", args=[team.site.slug])).content.decode()
    assert "minutes.txt" in listed


def test_attachment_create_that_is_refused_says_why_and_keeps_the_rest(team, supervisor, sign_in):
    response = upload(sign_in(supervisor), team, SimpleUploadedFile("a.html", b"<html>"))

    content = response.content.decode()
    assert response.status_code == 422
    assert "Files of this kind are not kept here." in content
    assert 'value="2026-11-02"' in content


def test_attachment_create_without_room_says_so(team, supervisor, sign_in, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)

    response = upload(sign_in(supervisor), team, SimpleUploadedFile("minutes.txt", b"We met."))

    assert response.status_code == 422
    assert "There is no room for the file." in response.content.decode()
    assert not Attachment.objects.exists()


def test_attachment_remove_takes_it_out_of_sight(team, supervisor, sign_in):
    file = attach(team, supervisor)
    client = sign_in(supervisor)

    remove = reverse("attachment-remove", args=[team.site.slug, file.pk])

    assert "It is deleted after 90 days" in client.get(remove).content.decode()
    client.post(remove)

    address = reverse("attachment-download", args=[team.site.slug, file.pk])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_attachment_list_asks_little(team, supervisor, sign_in, queries, number):
    for _ in range(number):
        attach(team, supervisor)
    client = sign_in(supervisor)

    with queries(7):
        content = client.get(reverse("attachment-list", args=[team.site.slug])).content.decode()

    assert content.count("minutes.txt") == number


def test_comments_are_drawn_with_their_form(team, supervisor):
    made = operations.add_comment(
        site=team.site, subject=team, text="<b>Is it?</b>", quote="a line", by=supervisor
    )
    context = {
        "remarks": queries.thread_of(team, site=team.site),
        "comment_form": forms.CommentForm(address="/x/"),
        "csrf_token": "token",
    }

    drawn = Template('{% include "records/_comments.html" %}').render(Context(context))

    assert "&lt;b&gt;Is it?&lt;/b&gt;" in drawn
    assert f'id="comment-{made.pk}"' in drawn
    assert re.findall(r"<form[^>]* action=\"(.*?)\"", drawn) == ["/x/"]


def test_action_list_of_a_site_without_actions_says_what_it_is_for(sign_in):
    site = SiteFactory()

    page = sign_in(person(Role.MST_UK_LEAD)).get(reverse("action-list", args=[site.slug]))

    assert "Nothing is open" in page.content.decode()
