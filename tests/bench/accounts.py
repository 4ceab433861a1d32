"""Whether the time of an answer tells who has an account: sign-in, password reset and links of invitations."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from mst_sites.accounts import operations
from mst_sites.accounts.models import Attempts, User
from mst_sites.celery import app
from mst_sites.delivery.models import OutgoingMail
from mst_sites.tenancy.scope import whole_scope
from tests.bench.timing import Row, medians

ROUNDS = 200
LIMIT = 1.1
PEOPLE = 60  # each may ask for a reset five times an hour
PASSWORD = "seventeen quiet herons"  # noqa: S105 - nobody's
SIGN_IN, RESET = "/account/sign-in/", "/account/password/reset/"
TABLE = {"default": {"BACKEND": "mst_sites.accounts.attempts.AttemptCache"}}
networks = (f"10.{n // 250 % 250}.{n % 250}.7" for n in itertools.count())


def measure() -> Iterator[Row]:
    """Ask as production answers: real hashing, limits in rows, mail in the outbox; rows are cleared away."""
    with transaction.atomic():
        Attempts.objects.all().delete()
        links = [open_link(person) for person in people("invited", usable=False)]
        people("known", usable=True)
        people("closed", usable=True, is_active=False)
    try:
        with override_settings(CACHES=TABLE, EMAIL_BACKEND="mst_sites.delivery.mail.OutboxBackend"):
            yield compared("sign-in, wrong password", [sign_in("known"), sign_in("nobody")])
            kinds = ("known", "invited", "closed", "nobody")
            yield compared("password reset", [reset(kind) for kind in kinds])
            yield compared("dead link of an invitation", [link(links), link(["of-nobody"])])
    finally:
        with whole_scope():
            OutgoingMail.objects.filter(to__0__startswith="bench-").delete()
            Attempts.objects.all().delete()
        app.control.purge()  # the messages of those mails: the next worker would look for every one


def compared(name: str, calls: list[Callable[[], None]]) -> Row:
    times = medians(calls, rounds=ROUNDS)
    said = ", ".join(f"{milliseconds:.1f}" for milliseconds in times)
    ratio = max(times) / min(times)
    return Row(f"{name}: slowest against quickest kind", ratio, "times", LIMIT, f"{said} ms")


def address(kind: str, number: int) -> str:
    """Return an address as long as any other."""
    return f"bench-{kind:x<8}-{number:02}@example.org"


def people(kind: str, *, usable: bool, is_active: bool = True) -> list[User]:
    found = []
    for number in range(PEOPLE):
        values = {"full_name": "Bench Person", "is_active": is_active}
        email = address(kind, number)
        person, is_new = User.objects.get_or_create(email=email, defaults=values)
        if is_new:
            person.set_password(PASSWORD if usable else None)
            person.save()
            if usable:
                EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        found.append(person)
    return found


def open_link(person: User) -> str:
    """Return the token of a link that worked once: a newer one has ended it."""
    now = timezone.now() - timedelta(days=1)
    person.invitations.all().delete()
    _, token = operations.invite(user=person, now=now, by=None)
    person.invitations.update(accepted_at=now)
    return token


def ask(path: str, values: dict[str, str] | None, status: int) -> None:
    client = Client(REMOTE_ADDR=next(networks))
    answer = client.get(path) if values is None else client.post(path, values)
    if answer.status_code != status:
        raise RuntimeError(f"{path} answered {answer.status_code}.")


def sign_in(kind: str) -> Callable[[], None]:
    numbers = itertools.cycle(range(PEOPLE))
    return lambda: ask(
        SIGN_IN, {"login": address(kind, next(numbers)), "password": "not that one, sorry"}, 200
    )


def reset(kind: str) -> Callable[[], None]:
    numbers = itertools.cycle(range(PEOPLE))
    return lambda: ask(RESET, {"email": address(kind, next(numbers))}, 302)


def link(tokens: list[str]) -> Callable[[], None]:
    found = itertools.cycle(tokens)
    return lambda: ask(f"/account/invitation/{next(found)}/", None, 410)
