"""What was typed into any form outlives the session, and comes back on its page to whoever typed it."""

import pytest
from django import forms
from django.test import Client
from django.views.generic.edit import FormView

from mst_sites.tenancy import kept
from mst_sites.tenancy.views import SignedInPage
from tests.guards.addresses import address
from tests.guards.test_role_matrix import COLUMNS, MATRIX, ROUTES, client_of

LONG = ("A thought of some length. " * 200)[:5_000].rstrip()
# In the tests' world these lead away from their form, because there is nothing to do on them yet…
LEADS_AWAY = {
    "attendance-correct",
    "change-action-create",
    "enquiry-invite",
    "minutes-send",
    "plan-start",
    "series-cancel",
    "series-change",
    "step-change",
    "step-create",
    "template-change",
}
# … and these show why there is nothing to do, in the place of their form.
SHOWS_NO_FORM = {"plan-days", "plan-roll", "plan-upgrade", "site-reopen"}


def is_form_page(page):
    """Tell whether a page draws a form: one that takes posts alone could not give it back."""
    return bool(page) and issubclass(page, FormView) and "get" in page.http_method_names


FORM_PAGES = {
    name: route.page
    for name, route in ROUTES.items()
    if is_form_page(route.page) and issubclass(route.page, SignedInPage)
}
SHOWN = {
    name: next(column for column, code in MATRIX[name, "GET"].items() if code == "200")
    for name in FORM_PAGES
    if "200" in MATRIX[name, "GET"].values()
}


def texts_of(form):
    kinds = forms.Textarea | forms.TextInput
    return [name for name, field in form.fields.items() if isinstance(field.widget, kinds)]


def secrets_of(form):
    """Return the fields that no session may hold: passwords and codes."""
    return [
        name
        for name, field in form.fields.items()
        if isinstance(field.widget, forms.PasswordInput)
        or field.widget.attrs.get("autocomplete") == "one-time-code"
    ]


def test_every_form_page_gives_back_what_was_typed():
    assert [name for name, page in FORM_PAGES.items() if not kept.is_given_back_by(page)] == []
    assert set(FORM_PAGES) - set(SHOWN) == LEADS_AWAY


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_form_comes_back_after_the_session_has_ended(world, sign_in, name):
    person, url = world.person(COLUMNS[SHOWN[name]]), address(ROUTES[name], world.north)
    shown = client_of(world, SHOWN[name]).get(url)
    form, mark = shown.context["form"], kept.mark(person)
    of_person = f'name="{kept.FIELD}" value="{mark.partition(":")[0]}:'
    assert (of_person in shown.content.decode()) == (name not in SHOWS_NO_FORM)
    assert secrets_of(form) == []
    typed = {form.add_prefix(text): LONG for text in texts_of(form)}

    client = Client()
    client.post(url, {**typed, "sent": "1", kept.FIELD: mark})
    back = sign_in(person, client).get(url)

    found = back.context["form"]
    assert found.is_bound
    assert {found.add_prefix(text): found[text].value() for text in texts_of(form)} == typed
    assert ("Choose the file again" in back.content.decode()) == found.is_multipart()
