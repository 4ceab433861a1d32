"""A year with a slip in it is refused at its field on every page, and one that is stored already breaks no page."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

from mst_sites.periods import TOO_FAR
from mst_sites.tenancy.scope import whole_scope
from tests.attacks.test_foreign_ids import fields_of
from tests.guards.addresses import address
from tests.guards.routes import routes
from tests.guards.test_kept_typing import FORM_PAGES, SHOWN
from tests.guards.test_role_matrix import MATRIX, client_of
from tests.world import owned_models, rolled_back

FAR = ("9999-12-31", "0001-01-01")
ROUTES = {route.name: route for route in routes()}
DAYS = [
    (model, field.name)
    for model in owned_models()
    for field in model._meta.local_fields
    if type(field) is models.DateField and field.editable
]
# No such day was ever let into these: they had bounds of their own.
ALWAYS_NEAR = {"consultation.Review", "implementation.FundingSource"}
READ = sorted(
    name
    for name, route in ROUTES.items()
    if "site_slug" in route.parameters
    and "GET" in route.methods
    and MATRIX[name, "GET"]["lead"] == "200"
)


def days_in(form):
    return [form.add_prefix(n) for n, f in form.fields.items() if isinstance(f, forms.DateField)]


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_far_day_is_refused_at_its_field(world, name):
    client, page = client_of(world, SHOWN[name]), address(ROUTES[name], world.north)
    shown = client.get(page)
    typed = fields_of(shown).values

    for day in days_in(shown.context["form"]):
        for far in FAR:
            with rolled_back():
                answer = client.post(page, {**typed, day: far})
            form = answer.context["form"]
            assert answer.status_code == 422, f"{day}={far}"
            assert str(TOO_FAR) in form[day.removeprefix(f"{form.prefix}-")].errors


def test_pages_with_days_are_many():
    """Otherwise the test above would prove nothing."""
    with_days = [
        page
        for page in FORM_PAGES.values()
        if page.form_class
        and any(isinstance(f, forms.DateField) for f in page.form_class.base_fields.values())
    ]
    assert len(with_days) > 15


@pytest.mark.parametrize(("model", "name"), DAYS)
def test_far_day_is_refused_in_every_row(model, name):
    for far in FAR:
        with pytest.raises(ValidationError) as refused:
            model(**{name: date.fromisoformat(far)}).clean_fields()
        assert str(TOO_FAR) in refused.value.message_dict[name]


@pytest.mark.parametrize("far", FAR)
def test_far_day_that_is_stored_breaks_no_page(world, far):
    """All days of a site are far off; those whose constraint or table refuses it stay as they are."""
    client, stored, broken = client_of(world, "lead"), set(), []
    with rolled_back():
        for model, name in DAYS:
            if model._meta.label in ALWAYS_NEAR:
                continue
            try:
                with transaction.atomic(), whole_scope():
                    model.objects.filter(site=world.north.site).update(**{name: far})
            except DatabaseError:
                continue
            stored.add(name)
        for name in READ:
            with rolled_back():
                answer = client.get(address(ROUTES[name], world.north))
            if answer.status_code >= 500:
                broken.append(name)

    assert {"forecast_on", "holds_on", "due_on", "opened_on"} <= stored
    assert broken == []
