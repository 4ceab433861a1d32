"""The figures that scenarios start from, in editions: written, published, and kept by what began with them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from implementation.models import CapacityDefaults, CapacityScenario
from implementation.operations import defaults as operations
from implementation.queries.board import board_content
from implementation.queries.capacity import BUILT_IN
from implementation.queries.defaults import edition_in_use, figures_of
from implementation.reports.needs import html_of
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import CapacityScenarioFactory, NeedsAnalysisFactory, person

pytestmark = pytest.mark.django_db

ACTIONS = "capacity-defaults."


def figures(*, acceptance=None, **standard):
    plain = replace(BUILT_IN.models["standard"], **standard)
    changed = {"models": {**BUILT_IN.models, "standard": plain}}
    if acceptance:
        changed["acceptance"] = replace(BUILT_IN.acceptance, **acceptance)
    return replace(BUILT_IN, **changed)


def write(by, *, version=0, what_changed="Three and a half", **standard):
    standard = standard or {"therapists": Decimal("3.5"), "source": "Counted by us."}
    return operations.write_defaults(
        version=version, figures=figures(**standard), what_changed=what_changed, by=by
    )


def publish(draft, now, by, *, version=1):
    return operations.publish_defaults(edition=draft, version=version, now=now, by=by)


def filled(page):
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()}


def test_first_edition_is_what_the_product_began_with():
    with translation.override("en-gb"):
        assert edition_in_use().figures == BUILT_IN.as_json()
    assert figures_of(None) is figures_of(edition_in_use()) is BUILT_IN


def test_write_defaults_begins_a_draft_that_nothing_starts_from(lead):
    draft = write(lead)

    assert (draft.number, draft.is_draft, edition_in_use().number) == (2, True, 1)
    assert figures_of(draft).models["standard"].therapists == Decimal("3.5")
    [entry] = AuditEntry.objects.filter(action=f"{ACTIONS}written")
    assert (entry.actor, entry.details) == (lead, {"number": 2})


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"therapists": Decimal("0.5")}, "standard_therapists"),
        ({"months": Decimal(25)}, "standard_months"),
        ({"caseload": Decimal("4.25")}, "standard_caseload"),
        ({"source": "  "}, "standard_source"),
        ({"address": "ftp://example.org"}, "standard_address"),
        ({"acceptance": {"value": Decimal(101)}}, "acceptance_value"),
    ],
)
def test_write_defaults_refuses_at_the_field(lead, fault, field):
    with pytest.raises(ValidationError) as refusal:
        write(lead, **fault)

    assert set(refusal.value.error_dict) == {field}
    assert not CapacityDefaults.objects.drafts().exists()


def test_write_defaults_by_two_clashes_or_says_that_the_draft_is_gone(lead, now):
    draft = write(lead)

    with pytest.raises(ClashError):
        write(lead)
    with pytest.raises(ClashError):
        publish(draft, now, lead, version=2)
    operations.discard_defaults(edition=draft, version=1, by=lead)
    with pytest.raises(ValidationError, match="in the meantime"):
        write(lead, version=1)
    assert CapacityDefaults.objects.get().number == 1
    assert AuditEntry.objects.filter(action=f"{ACTIONS}discarded").exists()


@pytest.mark.parametrize(
    ("what_changed", "therapists", "words"),
    [(" ", "3.5", "Say what changed"), ("Nothing", "4.0", "Nothing differs")],
)
def test_publish_defaults_refuses(lead, now, what_changed, therapists, words):
    draft = write(lead, what_changed=what_changed, therapists=Decimal(therapists))

    with pytest.raises(ValidationError, match=words):
        publish(draft, now, lead)


def test_published_defaults_stay_as_they_are(lead, now):
    published = publish(write(lead), now, lead)

    assert (published.published_at, published.published_by) == (now, lead)
    assert AuditEntry.objects.filter(action=f"{ACTIONS}published").count() == 1
    with pytest.raises(ValidationError, match="cannot change"):
        publish(published, now, lead)
    with pytest.raises(ValidationError, match="cannot change"):
        operations.discard_defaults(edition=published, version=2, by=lead)
    rows = CapacityDefaults.objects.filter(pk=published.pk)
    for act in (rows.delete, lambda: rows.update(what_changed="Else")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_scenario_keeps_the_edition_that_its_form_was_made_from(site, lead, now, sign_in):
    client = sign_in(person(Role.PROVIDER_MANAGER, site=site))
    address = reverse("scenario-create", args=[site.slug])
    eligible = dict.fromkeys(("eligible_low", "eligible_central", "eligible_high"), 80)
    before = filled(client.get(address))
    publish(write(lead), now, lead)
    after = filled(client.get(address))

    client.post(address, {**before, **eligible, "name": "Before"})
    client.post(address, {**after, **eligible, "name": "After"})
    page = client.get(reverse("needs-detail", args=[site.slug])).content.decode()

    kept = CapacityScenario.objects.filter(site=site).order_by("saved_at")
    assert [(each.name, each.started_from.number, each.therapists) for each in kept] == [
        ("Before", 1, 4),
        ("After", 2, Decimal("3.5")),
    ]
    assert "Four therapists, five families each" in page
    assert "Counted by us." in page


def test_changed_scenario_still_shows_the_sources_it_started_from(site, lead, now, sign_in):
    scenario = CapacityScenarioFactory(site=site)
    publish(write(lead), now, lead)
    client = sign_in(person(Role.PROVIDER_MANAGER, site=site))
    address = reverse("scenario-change", args=[site.slug, scenario.pk])
    page = client.get(address)

    client.post(address, {**filled(page), "edition": 2, "teams": 2})

    scenario.refresh_from_db()
    assert (scenario.teams, scenario.started_from) == (2, None)
    assert "Counted by us." not in page.content.decode()


def test_draft_is_nobodys_start(site, lead, sign_in):
    write(lead)
    client = sign_in(person(Role.PROVIDER_MANAGER, site=site))
    form = filled(client.get(reverse("scenario-create", args=[site.slug])))

    asked = {**form, "edition": 2}
    page = client.post(reverse("scenario-calculate", args=[site.slug]), asked).content.decode()

    assert form["edition"] == 1
    assert "Counted by us." not in page


def test_board_paper_keeps_the_sources_of_its_day(site, lead, now):
    NeedsAnalysisFactory(site=site)
    CapacityScenarioFactory(site=site, is_planned=True)
    of_before = board_content(site, today=now.date())
    publish(write(lead), now, lead)
    CapacityScenario.objects.update(started_from=edition_in_use())
    of_now = board_content(site, today=now.date())
    without = {name: value for name, value in of_before.items() if name != "sources"}

    assert (of_before["starting_figures"], of_now["starting_figures"]) == ([1], [2])
    for content, is_new in ((of_before, False), (of_now, True), (without, False)):
        html = html_of(content, "0" * 64)
        assert ("Counted by us." in html) is is_new
        assert ("Four therapists, five families each" in html) is not is_new


def test_defaults_are_written_and_published_in_the_browser(lead, sign_in):
    client, form = sign_in(lead), reverse("defaults-change")
    typed = filled(client.get(form))

    same = client.post(form, typed, follow=True)
    wrong = client.post(form, {**typed, "version": 1, "can_months": "x", "can_source": ""})
    clash = client.post(form, {**typed, "can_months": "8", "what_changed": "Longer"})
    publish_at = reverse("defaults-publish", args=[2])
    unsaid = client.post(publish_at, {"version": 1}, follow=True)
    client.post(form, {**typed, "version": 1, "can_months": "8", "what_changed": "Longer"})
    done = client.post(publish_at, {"version": 2}, follow=True)

    assert "Go on writing" in same.content.decode()
    assert set(wrong.context["form"].errors) == {"can_months", "can_source"}
    assert (clash.status_code, len(clash.context["clash"])) == (409, 2)
    assert "Say what changed" in unsaid.content.decode()
    assert "This edition is in use" in done.content.decode()
    assert figures_of(edition_in_use()).models["can"].months == 8


def test_defaults_list_reads_all_editions_at_once(lead, sign_in, queries):
    client, url = sign_in(lead), reverse("defaults-list")
    write(lead)
    client.get(url)

    with queries(6):
        page = client.get(url)

    assert page.content.decode().count("Edition ") == 2
    assert sign_in(person(Role.MST_UK_STAFF)).get(url).status_code == 403
