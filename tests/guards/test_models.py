"""Every model belongs to a site, or is listed here with the reason why not."""

from itertools import combinations

import pytest
from django.apps import apps
from django.db import models

from mst_sites.tenancy.models import Site, SiteForeignKey, SiteOwned

OURS = (
    "mst_sites.",
    "staffing.",
    "implementation.",
    "consultation.",
)
WITHOUT_SITE = {
    "accounts.User": "works on several sites",
    "accounts.Attempts": "counted before anybody is known",
    "accounts.Invitation": "comes before any role",
    "tenancy.Organisation": "may provide or pay for several sites",
    "tenancy.Site": "is the site",
    "audit.AuditEntry": "its site may be empty: signing in belongs to none",
    "audit.ChainHead": "keyed by the site's number, 0 for none",
    "delivery.OutgoingMail": "its site may be empty: an invitation belongs to none",
    "consultation.ClosureReason": "MST UK's template for every site",
    "consultation.Target": "MST UK's template for every site",
    "consultation.TargetSet": "MST UK's template for every site",
    "implementation.CapacityDefaults": "MST UK's template for every site",
    "implementation.ChangeQuestionnaire": "MST UK's template for every site",
    "implementation.ChangeStatement": "MST UK's template for every site",
    "implementation.Enquiry": "comes before any site; only the whole scope reads it",
    "implementation.EnquiryNote": "of an enquiry; only the whole scope reads it",
    "implementation.FeedKey": "a person's own link to what all their sites reached",
    "implementation.PlanTemplate": "MST UK's template for every site",
    "implementation.TemplateActivity": "MST UK's template for every site",
    "implementation.SavedView": "a person's own filters",
    "delivery.Heartbeat": "when the sweep last ran",
}
# Rows found by a value that is unique in itself, so that a second site could hit upon it.
UNIQUE_WITHOUT_SITE: dict[str, str] = {}


def our_models():
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith(OURS)]


def owned():
    return [m for m in our_models() if issubclass(m, SiteOwned)]


def test_every_model_is_owned_by_a_site_or_listed():
    assert {m._meta.label for m in our_models() if not issubclass(m, SiteOwned)} == set(
        WITHOUT_SITE
    )


def test_there_are_site_owned_models():
    assert len(owned()) > 3


def faults_of(model):
    """Say in words what is wrong with a site-owned model."""
    label, site = model._meta.label, model._meta.get_field("site")
    if (
        site.null
        or site.remote_field.on_delete is not models.PROTECT
        or site.related_model is not Site
    ):
        yield f"{label}.site is not a required, protected reference to Site"
    if not isinstance(model._meta.pk, models.UUIDField):
        yield f"{label} has a key that can be guessed"
    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey) or field.name == "site":
            continue
        within = issubclass(field.related_model, SiteOwned)
        if within != isinstance(field, SiteForeignKey):
            yield f"{label}.{field.name} is {'not ' if within else ''}a SiteForeignKey"
        if within and field.remote_field.on_delete not in (models.PROTECT, models.CASCADE):
            # SET_NULL would write to a row that its page never asked about.
            yield f"{label}.{field.name} is neither protected nor deleted with its row"
    for field in model._meta.local_many_to_many:
        if not issubclass(field.remote_field.through, SiteOwned):
            yield f"{label}.{field.name} goes through a table without a site"
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and not names_site(constraint):
            yield f"{constraint.name} is unique without the site"
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield f"{label}.{field.name} is unique without the site"


def names_site(constraint):
    expressions = [getattr(e, "name", "") for e in constraint.expressions]
    return "site" in (*constraint.fields, *expressions)


def test_models_of_sites_have_no_fault():
    found = [fault for model in owned() for fault in faults_of(model)]

    assert [fault for fault in found if fault not in UNIQUE_WITHOUT_SITE] == []


def test_lists_have_no_stale_entry():
    assert set(UNIQUE_WITHOUT_SITE) <= {fault for model in owned() for fault in faults_of(model)}


def test_nothing_without_a_site_refers_to_a_row_of_one():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, SiteOwned)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, SiteOwned)
    }

    assert found == set()


def test_no_generic_reference_hides_a_row_of_another_site():
    """A type and an id in two columns are held by no constraint: such a row names its site itself."""
    generic = {
        model._meta.label
        for model in our_models()
        for field in model._meta.private_fields
        if type(field).__name__ == "GenericForeignKey"
    }

    assert generic == set()


def test_constraint_names_are_sentences_of_their_own():
    names = [c.name for m in our_models() for c in m._meta.constraints]

    assert [a for a, b in combinations(sorted(names), 2) if a == b] == []


def test_model_guard_reports_planted_faults(planted_models):
    assert set(planted_models) == {
        "tenancy.PlantedRow.team is not a SiteForeignKey",
        "tenancy.PlantedRow.account is a SiteForeignKey",
        "tenancy.PlantedRow.code is unique without the site",
        "tenancy.PlantedRow.others goes through a table without a site",
        "planted_once is unique without the site",
    }


@pytest.fixture
def planted_models():
    """Make a model with every fault, and take it away again."""
    known = apps.all_models["tenancy"].copy()

    class PlantedRow(SiteOwned):
        team = models.ForeignKey("tenancy.Team", models.PROTECT, related_name="+")
        account = SiteForeignKey("accounts.User", related_name="+")
        code = models.CharField(max_length=5, unique=True)
        others = models.ManyToManyField("tenancy.Team", related_name="+")

        class Meta:
            app_label = "tenancy"
            constraints = [models.UniqueConstraint("team", name="planted_once")]

        def __str__(self):
            return self.code

    yield list(faults_of(PlantedRow))
    apps.all_models["tenancy"].clear()
    apps.all_models["tenancy"].update(known)
    apps.clear_cache()
