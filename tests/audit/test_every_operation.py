"""Every operation says who did it and records that it was done, or is listed here with the reason why not."""

import ast
import importlib.util
import inspect
import pkgutil
import re
import textwrap

from django.apps import apps
from django.conf import settings

from tests.guards.routes import routes

# What the worker does by the clock; nobody asked for it, so nobody is named.
WITHOUT_PERSON = {
    "implementation.operations.xray.read_xray": "the clock's turn",
    "mst_sites.delivery.operations.claim_document": "a worker's turn",
    "mst_sites.delivery.operations.claim_mail": "a worker's turn",
    "mst_sites.delivery.operations.extend_lease": "a worker's turn",
    "mst_sites.delivery.operations.fail_document": "a worker's turn",
    "mst_sites.delivery.operations.fail_mail": "a worker's turn",
    "mst_sites.delivery.operations.finish_document": "a worker's turn",
    "mst_sites.delivery.operations.finish_mail": "a worker's turn",
    "mst_sites.delivery.operations.report_progress": "a worker's turn",
    "mst_sites.delivery.operations.sweep": "the clock's turn",
    "mst_sites.records.operations.ask_again": "a worker's turn",
    "mst_sites.records.operations.claim_waiting": "a worker's turn",
}
# What leaves no trace of its own.
WITHOUT_RECORD = {
    "implementation.operations.xray.read_xray": "a reading of what others changed",
    "mst_sites.delivery.operations.claim_document": "its end is recorded",
    "mst_sites.delivery.operations.claim_mail": "its end is recorded",
    "mst_sites.delivery.operations.extend_lease": "several a minute, none of interest",
    "mst_sites.delivery.operations.report_progress": "several a minute, none of interest",
    "implementation.operations.forecasts.keep_past_forecasts": "worked out from moves on record; it can be done anew",
    "mst_sites.records.operations.ask_again": "what it says is recorded when it is settled",
    "mst_sites.records.operations.claim_waiting": "its end is recorded",
    "mst_sites.records.operations.raise_actions": "named by the entry of what they came out of",
}
# The accounts lie below the audit and cannot call it: whoever calls them records (directory, signing in), as said here.
BELOW = ("mst_sites.accounts",)
OF_ACCOUNTS = {
    "invite": "invitation.sent",
    "accept_invitation": "invitation.accepted",
    "close_invitations": "organisation-account.connected",
    "change_person": "account.changed",
    "take_code": "second-factor.failed",
    "forget_second_factors": "second-factor.forgotten",
    "end_sessions": "person.closed",
    "open_invitation": None,  # finds and holds a row, and changes none
    "hold": None,
    "hash_of": None,
    "choose": None,  # colours and language, as everybody chooses them without signing in, too
    "give_totp": None,  # for the demonstration, which is made in one go
    "forget_ended_sessions": None,  # the clock's turn: what is forgotten had ended
    "forget_attempts": None,
}
# And allauth's pages, whose acts the adapters record: tests/accounts shows each.
OF_PAGES_OF_ALLAUTH = {
    "account_login": {"person.signed-in", "sign-in.failed"},
    "account_logout": {"person.signed-out"},
    "account_reauthenticate": {"sign-in.failed"},
    "account_change_password": {"password.changed", "sessions.ended"},
    "account_reset_password": set(),  # asks for a mail, whoever has the address
    "account_reset_password_from_key": {"password.reset"},
    "mfa_authenticate": {"person.signed-in", "second-factor.failed"},
    "mfa_reauthenticate": {"second-factor.failed"},
    "mfa_activate_totp": {"second-factor.added"},
    "mfa_deactivate_totp": {"second-factor.removed"},
    "mfa_generate_recovery_codes": {"recovery-codes.made"},
    "mfa_login_webauthn": {"person.signed-in", "second-factor.failed"},
    "mfa_reauthenticate_webauthn": {"second-factor.failed"},
    "mfa_add_webauthn": {"second-factor.added"},
    "mfa_edit_webauthn": {"second-factor.renamed"},
    "mfa_remove_webauthn": {"second-factor.removed"},
}
OURS = ("mst_sites.", "staffing", "implementation", "consultation")


def operations():
    """Return what operations offer, by dotted name: what pages call, or what takes its values by name."""
    found, called = {}, called_by_pages()
    for module in modules():
        parts = {module.__name__}
        if hasattr(module, "__path__"):
            parts |= {
                f"{module.__name__}.{part.name}" for part in pkgutil.iter_modules(module.__path__)
            }
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ not in parts:
                continue
            if name in called or is_keyword_only(function):
                found[f"{module.__name__}.{name}"] = function
    return found


def modules():
    for app in apps.get_app_configs():
        name = f"{app.name}.operations"
        if app.name.startswith(OURS) and app.name not in BELOW and importlib.util.find_spec(name):
            module = importlib.import_module(name)
            yield module
            if is_empty(module):
                parts = pkgutil.iter_modules(module.__path__)
                yield from (importlib.import_module(f"{name}.{part.name}") for part in parts)


def is_empty(module):
    """Tell whether it is a package that re-exports nothing: its modules are imported by name."""
    return hasattr(module, "__path__") and not any(map(inspect.isfunction, vars(module).values()))


def called_by_pages():
    """Return the names behind `operations.` in everything but the operations themselves."""
    tops = {name.partition(".")[0] for name in OURS}
    files = [path for top in tops for path in (settings.BASE_DIR / top).rglob("*.py")]
    sources = [path.read_text() for path in files if "operations" not in str(path)]
    return {name for source in sources for name in re.findall(r"\boperations\.(\w+)\(", source)}


def by_name(function):
    """Return the parameters that are given by name, and those that are not."""
    parameters = list(inspect.signature(function).parameters.values())
    named = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    placed = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    return named, placed


def is_keyword_only(function):
    named, placed = by_name(function)
    return bool(named) and not placed


def names_its_author(function):
    """Tell whether `by` is the last of what is given by name."""
    named, _ = by_name(function)
    return bool(named) and named[-1] == "by"


def records(function, known=()):
    """Tell whether it calls `record(`, itself or by a function that its module knows."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {getattr(call, "attr", getattr(call, "id", "")) for call in calls}
    if "record" in names:
        return True
    module = inspect.getmodule(function)
    called = [getattr(module, name, None) for name in names]
    called += [
        getattr(getattr(module, call.value.id, None), call.attr, None)
        for call in calls
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name)
    ]
    return any(
        records(other, (*known, function))
        for other in called
        if inspect.isfunction(other) and other not in known and other.__module__.startswith(OURS)
    )


def test_there_are_operations():
    assert len(operations()) > 20


def test_every_operation_says_who_did_it():
    assert {
        name for name, function in operations().items() if not names_its_author(function)
    } == set(WITHOUT_PERSON)


def test_every_operation_is_recorded():
    assert {name for name, function in operations().items() if not records(function)} == set(
        WITHOUT_RECORD
    )


def test_every_operation_takes_its_values_by_name():
    assert {n for n, function in operations().items() if not is_keyword_only(function)} == set()


def test_every_operation_of_accounts_is_recorded_by_who_calls_it():
    own = importlib.import_module("mst_sites.accounts.operations")
    functions = [f for f in vars(own).values() if inspect.isfunction(f)]
    sources = [path.read_text() for path in (settings.BASE_DIR / "mst_sites").rglob("*.py")]
    recorded = {word for word in OF_ACCOUNTS.values() if word}

    assert {f.__name__ for f in functions if f.__module__ == own.__name__} == set(OF_ACCOUNTS)
    assert {word for word in recorded if not any(f'"{word}"' in text for text in sources)} == set()


def test_every_page_of_allauth_that_does_something_is_recorded():
    pages = {route.name for route in routes() if route.is_of_allauth and "POST" in route.methods}
    shown = [path.read_text() for path in (settings.BASE_DIR / "tests/accounts").glob("*.py")]
    words = set().union(*OF_PAGES_OF_ALLAUTH.values())

    assert pages == set(OF_PAGES_OF_ALLAUTH)
    assert {word for word in words if not any(f'"{word}"' in text for text in shown)} == set()


def nameless(*, site):
    return site


def silent(*, site, by):
    return site, by


def by_another(*, site, by):
    return records_it(site, by)


def records_it(site, by):
    record("note.filed", site=site, by=by)


def record(*args, **kwargs):
    """Stand for the audit's."""


def test_guard_reports_planted_faults(monkeypatch):
    monkeypatch.setitem(globals(), "OURS", (*OURS, __name__))

    assert not names_its_author(nameless)
    assert not records(silent)
    assert records(by_another)
