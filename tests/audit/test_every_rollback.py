"""Every operation that is recorded has a test that breaks the record and looks whether anything stayed behind."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path
from types import SimpleNamespace as Of

import pytest
from django.conf import settings

from mst_sites import files
from mst_sites.audit import operations as audit
from tests.audit.test_every_operation import WITHOUT_RECORD, operations
from tests.factories import OrganisationFactory

BROKEN = ("broken_audit", "broken_at_last")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def words_of(node: ast.AST) -> set[str]:
    """Return the names and attributes that a piece of a test mentions; of a table of acts, the acts alone."""
    acts = [n.value for n in ast.walk(node) if isinstance(n, ast.keyword) and n.arg == "act"]
    nodes = [n for part in acts or [node] for n in ast.walk(part)]
    dotted = [n for n in nodes if isinstance(n, ast.Attribute)]
    return (
        {n.attr for n in dotted}
        | {f"{n.value.id}.{n.attr}" for n in dotted if isinstance(n.value, ast.Name)}
        | {n.id for n in nodes if isinstance(n, ast.Name)}
    )


def known_in(tree: ast.Module) -> dict[str, ast.AST]:
    """Return what a test module calls by name: its functions and tables, and those of modules that it imports."""
    known: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            path = settings.BASE_DIR / f"{node.module.replace('.', '/')}.py"
            if path.exists() and path.name not in {"conftest.py", "factories.py"}:
                known |= {k: v for k, v in known_in(tree_of(path)).items() if k in names_in(node)}
        elif isinstance(node, ast.FunctionDef):
            known[node.name] = node
        else:
            known |= tables_of(node)
    return known


def names_in(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def tables_of(node: ast.AST) -> dict[str, ast.AST]:
    """Return the acts that a module or a test keeps in a table, by the table's name."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict | ast.Lambda):
        return {}
    return {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}


def broken_parts(test: ast.FunctionDef) -> list[ast.AST]:
    """Return what a test does after the record was broken, and the table that its acts come from."""
    if any(argument.arg in BROKEN for argument in test.args.args):
        return [test]
    if not any(name in ast.unparse(test) for name in BROKEN):
        return []
    return [node for node in test.body if any(isinstance(n, ast.With) for n in ast.walk(node))]


def broken_names(tree: ast.Module) -> set[str]:
    """Return every name that a test module calls under a broken record, at whatever remove."""
    known, found = known_in(tree), set()
    for test in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        parts = broken_parts(test) if test.name.startswith("test_") else []
        own = known | {k: v for node in test.body for k, v in tables_of(node).items()}
        waiting = set().union(*map(words_of, parts))
        if parts:
            waiting |= set().union(*map(words_of, test.decorator_list))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting |= words_of(own[name]) if name in own else set()
    return found


def unproved(trees) -> set[str]:
    named = set().union(*map(broken_names, trees))
    shown = Counter(map(short, operations()))
    return {
        name
        for name in operations()
        if name not in WITHOUT_RECORD
        # Where two modules use one name, a test must say whose it breaks.
        and (short(name) if shown[short(name)] == 1 else short(name, parts=2)) not in named
    }


def short(name: str, parts: int = 1) -> str:
    return ".".join(name.split(".")[-parts:])


def test_every_operation_is_undone_with_its_record():
    files = (settings.BASE_DIR / "tests").rglob("test_*.py")

    assert unproved(map(tree_of, files)) == set()


def test_guard_reports_a_test_that_breaks_nothing():
    tree = ast.parse(
        "ACTS = {'x': lambda: operations.in_table()}\n"
        "TABLE = {'y': lambda: Of(act=operations.done, row=operations.prepared())}\n"
        "def act(): operations.by_another()\n"
        "def test_one(broken_audit): act(); ACTS['x'](); TABLE['y']\n"
        "def test_two(request):\n"
        "    operations.before()\n"
        "    for act in (operations.in_turn,):\n"
        "        with pytest.raises(request.getfixturevalue('broken_audit')): operations.after()\n"
        "def test_three(): operations.sound()\n"
    )

    names = broken_names(tree)

    assert {"in_table", "operations.done", "by_another", "in_turn", "after"} <= names
    assert not {"before", "prepared", "sound"} & names


def leaves_a_row(*, by):
    OrganisationFactory()
    audit.record("row.left", site=None, by=by)


def leaves_a_file(*, by):
    files.store(b"left", folder="files")
    audit.record("file.left", site=None, by=by)


def records_nothing(*, by):
    return by


@pytest.mark.django_db
@pytest.mark.parametrize("act", [leaves_a_row, leaves_a_file, records_nothing])
def test_check_reports_what_is_left_behind(act, broken_at_last):
    with pytest.raises(AssertionError):
        broken_at_last(lambda: Of(act=act), by=None)
