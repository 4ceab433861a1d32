"""Every page with a file that is kept has the virus scanner asked first; a file that is read and not kept is listed."""

from django import forms

from mst_sites.records.pages import TakesFile
from tests.guards.test_kept_typing import FORM_PAGES

# Read at once and never given out.
NOT_KEPT = {"episode-import": "its lines become rows, and the file itself is never given out"}


def takes_a_file(page):
    fields = getattr(page.form_class, "base_fields", {})
    return any(isinstance(field, forms.FileField) for field in fields.values())


def test_every_page_that_keeps_a_file_has_it_looked_through_first():
    with_files = {name for name, page in FORM_PAGES.items() if takes_a_file(page)}

    assert {name for name in with_files if not issubclass(FORM_PAGES[name], TakesFile)} == set(
        NOT_KEPT
    )
    assert len(with_files) > len(NOT_KEPT) + 4
    assert all(
        "upload" in FORM_PAGES[name].form_class.base_fields for name in with_files - set(NOT_KEPT)
    )
