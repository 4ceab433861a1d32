"""Rules over the source that no tool offers: what may be written where, and how long it may be."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("mst_sites", "staffing", "implementation", "consultation")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BANNED_NAMES = {
    stem
    for word in ("util", "helper", "common", "misc", "base", "manager", "service", "handler")
    for stem in (word, f"{word}s")
}
FACES = {"views", "forms", "templatetags", "tables"}
LONGEST_FILE, LONGEST_TEST_FILE, LONGEST_FUNCTION = 400, 700, 50
# Longer than that, or named as is banned, with the reason.
LONG_ON_PURPOSE = {
    "mst_sites/look/chart_examples.py": "what the kit shows is data",
    "mst_sites/look/examples.py": "what the kit shows is data",
    "mst_sites/demo/consultations.py": "a made-up note has as many fields as a real one",
    "mst_sites/records/operations/attachments.py": "an upload is refused, kept, recorded and cleared away in one go",
}
NAMED_ON_PURPOSE = {"mst_sites/embedded/services.py": "PostgreSQL and Redis are services"}
# Faces that ask for rows themselves.
RAW_ON_PURPOSE = {"mst_sites/accounts/views.py": "one's own second factors, which allauth keeps"}
# Drawn by ourselves, with no input in them that was not escaped.
MAY_MARK_SAFE = {"mst_sites/look/charts/canvas.py"}


def name_of(path):
    return str(path.relative_to(ROOT))


def is_face(path):
    """Tell whether a module shows rows or takes input: such a module asks queries and operations."""
    return bool(FACES & {path.stem, *path.relative_to(ROOT).parent.parts})


def raw_managers(tree):
    """Find `Model.objects` but for the ways from a person to sites and teams, and for no rows at all."""
    allowed = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("visible_to", "none")
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("objects", "_default_manager")
        and id(node) not in allowed
    ]


def long_functions(tree):
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]


@cache
def words_in(tree):
    """Return every name and attribute that a module mentions."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def overrides(tree, name):
    return any(
        isinstance(statement, ast.FunctionDef) and statement.name == name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
    )


@cache
def parsed(path):
    return ast.parse(path.read_text())


def test_there_are_sources():
    assert len(SOURCES) > 50


def test_files_are_short():
    for longest, paths in ((LONGEST_FILE, SOURCES), (LONGEST_TEST_FILE, TESTS)):
        found = {name_of(p): len(p.read_text().splitlines()) for p in paths}
        assert {name: lines for name, lines in found.items() if lines > longest} == {}


def test_functions_are_short():
    found = {name_of(p): f for p in [*SOURCES, *TESTS] if (f := long_functions(parsed(p)))}

    assert {name: f for name, f in found.items() if name not in LONG_ON_PURPOSE} == {}


def test_files_are_named_for_what_they_hold():
    found = {name_of(p) for p in SOURCES if BANNED_NAMES & {p.stem, p.parent.name}}

    assert found == set(NAMED_ON_PURPOSE)


def test_faces_use_no_raw_manager():
    found = {name_of(p) for p in SOURCES if is_face(p) and raw_managers(parsed(p))}

    assert found == set(RAW_ON_PURPOSE)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("cache_page", "a page of a person who is signed in belongs in no shared cache"),
        ("StreamingHttpResponse", "rows read after the transaction have no scope"),
        ("csrf_exempt", "every form needs its token"),
        ("xframe_options_exempt", "no page is shown in a frame"),
        ("csp_exempt", "no page is without the policy"),
        ("receiver", "signals hide who does what"),
        ("RawSQL", "rows are asked for by the ORM"),
    ],
)
def test_dangerous_words_are_in_no_source(word, why):
    assert [name_of(p) for p in SOURCES if word in words_in(parsed(p))] == [], why


def test_marking_as_safe_is_left_to_the_listed():
    found = {name_of(p) for p in SOURCES if "mark_safe" in words_in(parsed(p))}

    assert found == MAY_MARK_SAFE


def test_models_override_neither_save_nor_delete():
    models = [p for p in SOURCES if "models" in {p.stem, p.parent.name}]

    assert [name_of(p) for p in models if overrides(parsed(p), "save")] == []
    assert [name_of(p) for p in models if overrides(parsed(p), "delete")] == []


def test_modules_begin_with_a_sentence():
    documented = [p for p in SOURCES if p.read_text().strip()]
    first = {name_of(p): (ast.get_docstring(parsed(p)) or "").split("\n")[0] for p in documented}

    assert [name for name, line in first.items() if not line.endswith((".", "…"))] == []


OPERATIONS = [p for p in SOURCES if "operations" in {p.stem, p.parent.name}]


def operations_without(path):
    """Find public operations that take no `by` or never record, by themselves or by what they call here."""
    tree = parsed(path)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        keywords = [argument.arg for argument in function.args.kwonlyargs]
        if "by" in keywords and keywords[-1] != "by":
            yield f"{name_of(path)}: {function.name} does not take `by` last"


def test_operations_take_who_acts_last():
    assert [fault for path in OPERATIONS for fault in operations_without(path)] == []


def test_source_guards_report_planted_faults():
    tree = ast.parse(
        "def long():\n" + "    x = 1\n" * 60 + "class A:\n    def save(self): Row.objects.all()\n"
        "Site.objects.visible_to(1)\nmark_safe('x')\n"
    )

    assert long_functions(tree) == ["long"]
    assert len(raw_managers(tree)) == 1
    assert overrides(tree, "save")
    assert "mark_safe" in words_in(tree)


# The repository speaks of the product alone.


def test_lock_names_no_registry():
    locks = sorted((ROOT / "requirements").glob("*.lock"))

    assert locks
    assert [p.name for p in locks if re.search(r"https?://|index-url", p.read_text())] == []
