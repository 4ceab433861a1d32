"""Rules over the templates: nothing inline, nothing unescaped, nothing unused, every word translatable."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = [
    ROOT / "templates",
    *sorted(ROOT.glob("mst_sites/*/templates")),
    *sorted(ROOT.glob("*/templates")),
]
TEMPLATES = sorted({p for folder in FOLDERS for p in folder.rglob("*") if p.is_file()})
PAGES = [p for p in TEMPLATES if p.suffix == ".html"]
# Replace templates of others, or are found by a name that is put together.
FOUND_BY_OTHERS = (
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "503.html",
)
FOLDERS_OF_OTHERS = (
    "bootstrap5/",
    "account/",
    "mfa/",
    "usersessions/",
    "socialaccount/",
    "allauth/",
)
# A page drawn on paper carries its style in itself: no browser reads it, and no policy.
FOR_PAPER = ("pdf/",)
INLINE = {
    "a style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "a script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an address that runs": re.compile(r"javascript:", re.IGNORECASE),
    "another place": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "what htmx would run": re.compile(r"\shx-(?:on|vals=[\"']js)", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*safe\b|\{%\s*autoescape off|\|\s*safeseq\b")
TRANSLATED = re.compile(
    r"\{%\s*block \w*class\s*%\}.*?\{%\s*endblock\s*%\}"
    r"|\{%-?\s*blocktrans(?:late)?\b.*?%\}.*?\{%-?\s*endblocktrans(?:late)?\s*-?%\}"
    r"|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->"
    r"|<(?:code|kbd|samp|svg|style|script)\b.*?</(?:code|kbd|samp|svg|style|script)>",
    re.DOTALL,
)
SHOWN_BY_ATTRIBUTE = re.compile(r"\s(?:alt|title|placeholder|aria-label)\s*=\s*\"([^\"]*)\"")
# The same in every language.
NAMES = {"MST Sites", "MST UK", "PDF", "CSV", "SHA", "TAM", "English", "Cymraeg"}
# Written by ourselves and drawn already; what people typed is in neither.
MAY_BE_SAFE = {"bootstrap5/layout/help_text.html", "components/form_section.html"}
# Shown to those who build pages.
FOR_BUILDERS = {"kit.html"}


def name_of(path):
    for folder in FOLDERS:
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    raise LookupError(path)


def is_for_browsers(path):
    return not name_of(path).startswith(FOR_PAPER)


def inline_parts(text):
    bare = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", "", text, flags=re.DOTALL)
    return [what for what, pattern in INLINE.items() if pattern.search(bare)]


def untranslated(text):
    """Return words that people would read in English whatever their language."""
    left = TRANSLATED.sub(" ", text)
    shown = [*SHOWN_BY_ATTRIBUTE.findall(left), *re.split(r"<[^>]*>", left)]
    without_names = (re.sub("|".join(NAMES), " ", part) for part in shown)
    words = {" ".join(re.findall(r"[A-Za-z]{2,}", re.sub(r"&\w+;", " ", p))) for p in without_names}
    return sorted(words - {""})


def test_there_are_templates():
    assert len(PAGES) > 40


def test_nothing_is_inline():
    found = {
        name_of(p): f for p in PAGES if is_for_browsers(p) and (f := inline_parts(p.read_text()))
    }

    assert found == {}


def test_nothing_is_left_unescaped():
    assert {name_of(p) for p in PAGES if UNESCAPED.search(p.read_text())} == MAY_BE_SAFE


def test_every_word_can_be_translated():
    pages = [p for p in PAGES if name_of(p) not in FOR_BUILDERS]
    found = {name_of(p): f for p in pages if (f := untranslated(p.read_text()))}

    assert found == {}


def test_every_template_is_used():
    """Somebody names it: a view, a tag, another template, or a view's own name for its page."""
    sources = [
        p
        for package in ("mst_sites", "staffing", "implementation", "consultation")
        for p in (ROOT / package).rglob("*.py")
    ]
    named = "\n".join(p.read_text() for p in [*sources, *TEMPLATES])
    unused = [
        name
        for p in TEMPLATES
        if (name := name_of(p)) not in named
        and name not in FOUND_BY_OTHERS
        and not name.startswith(FOLDERS_OF_OTHERS)
    ]

    assert unused == []


def test_every_form_that_changes_something_carries_its_token():
    forms = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)
    bare = {
        name_of(p)
        for p in PAGES
        for form in forms.findall(p.read_text())
        if "csrf_token" not in form and "{% crispy" not in form
    }

    assert bare == set()


def test_template_guards_report_planted_faults():
    assert inline_parts('<p style="color:red" onclick="x()">') == ["a style", "a handler"]
    assert inline_parts("<script>x()</script><a href='javascript:x()'>") == [
        "a script",
        "an address that runs",
    ]
    assert inline_parts('<img src="https://tracker.example/x.png">') == ["another place"]
    assert inline_parts('<script src="{% static "js/site.js" %}" defer></script>') == []
    assert UNESCAPED.search("{{ note.text|safe }}")
    assert untranslated('<p>{% translate "Yes" %} No</p><img alt="A cat">') == ["No", "cat"]
    assert (
        untranslated("<p>{% blocktranslate %}All {{ n }} rows{% endblocktranslate %} {{ x }}</p>")
        == []
    )
