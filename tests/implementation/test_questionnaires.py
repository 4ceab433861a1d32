"""The statements of the self-assessment in editions: written, published, and kept by the rounds that asked them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from implementation.models import ChangeQuestionnaire, ChangeStatement, ChangeSubject
from implementation.operations import change
from implementation.operations import questionnaires as operations
from implementation.queries.change import newest_questionnaire, statements_of
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import person

pytestmark = pytest.mark.django_db

TEXTS = {
    subject.value: [f"{subject.label} one.", f"{subject.label} two."] for subject in ChangeSubject
}


def write(by, *, version=0, what_changed="Two of each", **texts):
    return operations.write_questionnaire(
        version=version, statements=TEXTS | texts, what_changed=what_changed, by=by
    )


def publish(draft, now, by, *, version=1):
    return operations.publish_questionnaire(questionnaire=draft, version=version, now=now, by=by)


def open_round(site, now, by):
    closes_on = now.date() + timedelta(days=14)
    return change.open_round(site=site, closes_on=closes_on, round_id=uuid4(), now=now, by=by)


def test_write_questionnaire_begins_a_draft_that_nobody_is_asked(site, manager, lead, now):
    draft = write(lead)

    assert (draft.number, draft.is_draft, draft.statements.count()) == (2, True, 10)
    assert newest_questionnaire().number == 1
    assert open_round(site, now, manager).questionnaire.number == 1
    [entry] = AuditEntry.objects.filter(action="change-questionnaire.written")
    assert (entry.actor, entry.details) == (lead, {"number": 2, "statements": 10})


def test_write_questionnaire_again_replaces_what_the_draft_said(lead):
    write(lead)

    draft = write(lead, version=1, COSTS=["The full cost is known."])

    assert (draft.version, ChangeQuestionnaire.objects.count()) == (2, 2)
    assert list(statements_of(draft.pk).values_list("position", flat=True)) == [*range(1, 10)]


@pytest.mark.parametrize("texts", [[], ["So."] * 11, ["x" * 301]])
def test_write_questionnaire_refuses_too_few_too_many_or_too_long(lead, texts):
    with pytest.raises(ValidationError) as refusal:
        write(lead, COSTS=texts)

    assert set(refusal.value.error_dict) == {"costs"}
    assert not ChangeQuestionnaire.objects.drafts().exists()


def test_write_questionnaire_by_two_clashes_or_says_that_the_draft_is_gone(lead, now):
    draft = write(lead)

    with pytest.raises(ClashError):
        write(lead)
    with pytest.raises(ClashError):
        publish(draft, now, lead, version=2)
    operations.discard_questionnaire(questionnaire=draft, version=1, by=lead)
    with pytest.raises(ValidationError, match="in the meantime"):
        write(lead, version=1)


def test_publish_questionnaire_leaves_the_rounds_of_before_as_they_are(site, manager, lead, now):
    before = open_round(site, now, manager)

    published = publish(write(lead), now, lead)

    change.close_round(within=before, now=now, by=manager)
    after = open_round(site, now, manager)
    assert (before.questionnaire.number, after.questionnaire) == (1, published)
    assert (published.published_at, published.published_by) == (now, lead)
    assert AuditEntry.objects.filter(action="change-questionnaire.published").count() == 1


@pytest.mark.parametrize(
    ("what_changed", "is_same", "words"),
    [(" ", False, "Say what changed"), ("Nothing", True, "Nothing differs")],
)
def test_publish_questionnaire_refuses(lead, now, what_changed, is_same, words):
    texts = {subject: [] for subject in ChangeSubject}
    for each in statements_of(newest_questionnaire().pk):
        texts[each.subject].append(each.text)
    draft = write(lead, what_changed=what_changed, **(texts if is_same else {}))

    with pytest.raises(ValidationError, match=words):
        publish(draft, now, lead)


def test_published_statements_stay_as_they_are(lead, now):
    published = publish(write(lead), now, lead)

    for act in (
        publish,
        lambda edition, _now, by: operations.discard_questionnaire(
            questionnaire=edition, version=2, by=by
        ),
    ):
        with pytest.raises(ValidationError, match="cannot change"):
            act(published, now, lead)
    for rows in (
        ChangeQuestionnaire.objects.filter(pk=published.pk),
        ChangeStatement.objects.filter(questionnaire=published),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_discard_questionnaire_throws_the_draft_away(lead):
    operations.discard_questionnaire(questionnaire=write(lead), version=1, by=lead)

    assert ChangeQuestionnaire.objects.get().number == 1
    assert AuditEntry.objects.filter(action="change-questionnaire.discarded").exists()


def test_questionnaire_is_written_and_published_in_the_browser(lead, sign_in):
    client = sign_in(lead)
    form = reverse("questionnaire-change")
    page = client.get(form)
    typed = {name: page.context["form"][name].value() for name in page.context["form"].fields}

    empty = client.post(form, {**typed, "costs": " \n"})
    saved = client.post(form, {**typed, "costs": "The  cost is known.\n\nIt is paid."}, follow=True)
    publish_at = reverse("questionnaire-publish", args=[2])
    unsaid = client.post(publish_at, {"version": 1}, follow=True)
    described = {**typed, "version": 1, "costs": "It is paid.", "what_changed": "Shorter"}
    client.post(form, described)
    done = client.post(publish_at, {"version": 2}, follow=True)

    assert empty.status_code == 422
    assert "The cost is known." in saved.content.decode()
    assert "Say what changed" in unsaid.content.decode()
    assert "This edition is in use" in done.content.decode()
    costs = statements_of(newest_questionnaire().pk).filter(subject="COSTS")
    assert [each.text for each in costs] == ["It is paid."]


def test_questionnaire_list_reads_all_editions_at_once(lead, sign_in, queries):
    client, url = sign_in(lead), reverse("questionnaire-list")
    write(lead)
    client.get(url)

    with queries(6):
        page = client.get(url)

    assert page.content.decode().count("Edition ") == 2
    assert sign_in(person(Role.MST_UK_STAFF)).get(url).status_code == 403
