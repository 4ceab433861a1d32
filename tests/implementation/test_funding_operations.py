"""What people do with the money of a site: kept, refused at the field, and confirmed by a file."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from implementation.models import CostLine, FundingShare, FundingSource, Sustainability
from implementation.operations import funding as operations
from implementation.operations.funding import Evidence, Share
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records.models import Attachment
from mst_sites.tenancy.versions import ClashError
from tests.factories import (
    CostLineFactory,
    FundingSourceFactory,
    OrganisationFactory,
    SiteFactory,
    SustainabilityFactory,
    person,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
GIVEN = {
    "organisation": None,
    "funder_name": "Example Council",
    "kind": "GRANT",
    "amount": Decimal(900_000),
    "starts_on": date(2026, 4, 1),
    "ends_on": date(2028, 4, 1),
    "renewal_decision_on": date(2027, 12, 1),
    "renewal": "",
    "lead": None,
    "restart_risk": "HIGH",
    "conditions": "A report every year.",
}
SHARES = [Share("Example Council", Decimal(60), 1), Share("Example Board", Decimal(40), 2)]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


def add(site, by, *, shares=SHARES, source_id=None, **changes):
    return operations.add_source(
        site=site, source_id=source_id, shares=shares, **{**GIVEN, **changes}, now=NOW, by=by
    )


def letter():
    return SimpleUploadedFile("letter.txt", b"We confirm the grant.", "text/plain")


def confirm(source, by, *, confirmed_on=date(2026, 5, 1), version=1, file_id=None):
    evidence = Evidence(letter(), date(2026, 4, 28), file_id or uuid.uuid4())
    return operations.confirm_source(
        source=source, version=version, confirmed_on=confirmed_on, evidence=evidence, now=NOW, by=by
    )


def test_add_source_keeps_it_with_its_shares(site, manager):
    source = add(site, manager)

    assert [(s.partner, s.percent) for s in source.shares.order_by("-percent")] == [
        ("Example Council", 60),
        ("Example Board", 40),
    ]
    entry = AuditEntry.objects.get(action="funding.added")
    assert entry.actor == manager
    assert entry.details == {
        "kind": "GRANT",
        "amount": "900000",
        "starts_on": "2026-04-01",
        "ends_on": "2028-04-01",
    }


def test_add_source_sent_twice_is_one_source(site, manager):
    once = uuid.uuid4()

    assert add(site, manager, source_id=once) == add(site, manager, source_id=once)
    assert FundingSource.objects.count() == 1
    assert FundingShare.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal(10**12)}, "amount"),
        ({"ends_on": date(2026, 4, 1)}, "ends_on"),
        ({"ends_on": date(2026, 3, 31), "renewal_decision_on": None}, "ends_on"),
        ({"ends_on": date(2050, 4, 1)}, "ends_on"),
        ({"starts_on": date(226, 4, 1), "renewal_decision_on": None}, "starts_on"),
        ({"renewal_decision_on": date(2028, 4, 2)}, "renewal_decision_on"),
        ({"renewal_decision_on": date(2026, 3, 31)}, "renewal_decision_on"),
        ({"funder_name": " "}, "funder_name"),
        ({"kind": "GIFT"}, "kind"),
        ({"conditions": "Write to jo.bloggs@example.org"}, "conditions"),
        ({"shares": [Share("A", Decimal(60), 1), Share("B", Decimal("40.01"), 2)]}, "share_2"),
        ({"shares": [Share("A", Decimal(-5), 1)]}, "share_1"),
        ({"shares": [Share("A", Decimal(101), 1)]}, "share_1"),
        ({"shares": [Share("A", Decimal(5), 1), Share(" a", Decimal(5), 3)]}, "partner_3"),
    ],
)
def test_add_source_refuses_at_the_field(changes, field, site, manager):
    with pytest.raises(ValidationError) as refused:
        add(site, manager, **changes)

    assert field in refused.value.error_dict
    assert not FundingSource.objects.exists()


def test_add_source_refuses_two_funders(site, manager):
    with pytest.raises(ValidationError) as refused:
        add(site, manager, organisation=OrganisationFactory())

    assert list(refused.value.error_dict) == ["funder_name"]


def test_add_source_refuses_a_lead_who_may_not_see_the_money(site, manager):
    with pytest.raises(ValidationError) as refused:
        add(site, manager, lead=person(Role.STEERING_GROUP_MEMBER, site=site))

    assert list(refused.value.error_dict) == ["lead"]
    assert add(site, manager, lead=manager).lead == manager


def test_change_source_keeps_a_confirmation_of_the_same_money(site, manager):
    source = confirm(add(site, manager), manager)

    changed = operations.change_source(
        source=source,
        version=2,
        shares=SHARES[:1],
        **{**GIVEN, "conditions": "None."},
        now=NOW,
        by=manager,
    )

    assert changed.confirmed_on == date(2026, 5, 1)
    assert changed.shares.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Decimal(900_001)},
        {"ends_on": date(2028, 5, 1)},
        {"starts_on": date(2026, 5, 1)},
        {"funder_name": "Another council"},
    ],
)
def test_change_source_lets_a_confirmation_of_other_money_lapse(changes, site, manager):
    source = confirm(add(site, manager), manager)

    changed = operations.change_source(
        source=source, version=2, shares=SHARES, **{**GIVEN, **changes}, now=NOW, by=manager
    )

    assert changed.confirmed_on is None
    assert AuditEntry.objects.get(action="funding.changed").details["is_confirmation_lapsed"]


def test_change_source_refuses_what_somebody_else_overtook(site, manager):
    source = confirm(add(site, manager), manager)

    with pytest.raises(ClashError):
        operations.change_source(source=source, version=1, **GIVEN, now=NOW, by=manager)


def test_confirm_source_keeps_the_file_once(site, manager):
    source, file_id = add(site, manager), uuid.uuid4()

    confirmed = confirm(source, manager, file_id=file_id)
    again = confirm(confirmed, manager, file_id=file_id)

    assert confirmed.is_confirmed
    assert again.version == confirmed.version
    file = Attachment.objects.get()
    assert (file.subject_type, file.subject_id) == (
        "implementation.fundingsource",
        str(source.pk),
    )
    assert AuditEntry.objects.filter(action="funding.confirmed").count() == 1


@pytest.mark.parametrize("day", [date(2026, 5, 5), date(26, 5, 1)])
def test_confirm_source_refuses_a_day_that_cannot_be(day, site, manager):
    source = add(site, manager)

    with pytest.raises(ValidationError) as refused:
        confirm(source, manager, confirmed_on=day)

    assert list(refused.value.error_dict) == ["confirmed_on"]
    assert not Attachment.objects.exists()


def test_confirm_source_refuses_a_file_that_is_not_kept(site, manager):
    source = add(site, manager)
    evidence = Evidence(SimpleUploadedFile("letter.exe", b"MZ\x90\x00"), None, uuid.uuid4())

    with pytest.raises(ValidationError) as refused:
        operations.confirm_source(
            source=source,
            version=1,
            confirmed_on=date(2026, 5, 1),
            evidence=evidence,
            now=NOW,
            by=manager,
        )

    assert list(refused.value.error_dict) == ["upload"]
    source.refresh_from_db()
    assert source.confirmed_on is None


def test_withdraw_source_keeps_the_reason(site, manager):
    source = add(site, manager)

    with pytest.raises(ValidationError):
        operations.withdraw_source(source=source, version=1, reason=" ", now=NOW, by=manager)
    operations.withdraw_source(
        source=source, version=1, reason="The budget was cut.", now=NOW, by=manager
    )

    assert not FundingSource.objects.standing().exists()
    source.refresh_from_db()
    assert source.withdrawn_reason == "The budget was cut."
    with pytest.raises(ValidationError, match="was taken back"):
        operations.change_source(source=source, version=2, **GIVEN, now=NOW, by=manager)


def save_cost(site, by, *, cost_id=None, version=0, **changes):
    values = {"kind": "POSTS", "title": "Posts", "amount": Decimal(400_000), "grounds": ""}
    return operations.save_cost(
        site=site,
        cost_id=cost_id or uuid.uuid4(),
        version=version,
        **{**values, **changes},
        now=NOW,
        by=by,
    )


def test_save_cost_adds_once_and_changes_knowingly(site, manager):
    once = uuid.uuid4()
    save_cost(site, manager, cost_id=once)
    save_cost(site, manager, cost_id=once)

    changed = save_cost(site, manager, cost_id=once, version=1, amount=Decimal(1))

    assert CostLine.objects.get() == changed
    details = AuditEntry.objects.filter(action="cost.saved").order_by("number").last().details
    assert details["amount"] == ["400000.00", "1"]
    with pytest.raises(ClashError):
        save_cost(site, manager, cost_id=once, version=1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(10**10)}, "amount"),
        ({"kind": "FUN"}, "kind"),
        ({"title": ""}, "title"),
    ],
)
def test_save_cost_refuses_at_the_field(changes, field, site, manager):
    with pytest.raises(ValidationError) as refused:
        save_cost(site, manager, **changes)

    assert field in refused.value.error_dict
    assert not CostLine.objects.exists()


def test_remove_cost_keeps_the_row(site, manager):
    line = save_cost(site, manager)

    operations.remove_cost(line=line, version=1, now=NOW, by=manager)

    assert not CostLine.objects.kept().exists()
    assert AuditEntry.objects.get(action="cost.removed").details["kind"] == "POSTS"


def save_outlook(site, by, *, version=0, **changes):
    values = {
        "exit_plan": "Notice six months before.",
        "days_saved_low": Decimal(10),
        "days_saved_central": Decimal(40),
        "days_saved_high": Decimal(70),
        "cost_per_day": Decimal(400),
        "placement_cost": Decimal(120_000),
        "grounds": "Finance.",
    }
    return operations.save_sustainability(
        site=site, version=version, **{**values, **changes}, now=NOW, by=by
    )


def test_save_sustainability_begins_and_changes(site, manager):
    save_outlook(site, manager)
    with pytest.raises(ClashError):
        save_outlook(site, manager)

    changed = save_outlook(site, manager, version=1, exit_plan="Notice a year before.")

    assert Sustainability.objects.get() == changed
    assert AuditEntry.objects.filter(action="sustainability.saved").count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days_saved_low": None}, "days_saved_low"),
        ({"days_saved_high": Decimal(39)}, "days_saved_high"),
        ({"days_saved_low": Decimal(-1)}, "days_saved_low"),
        ({"cost_per_day": Decimal(-1)}, "cost_per_day"),
        ({"exit_plan": "Write to jo.bloggs@example.org"}, "exit_plan"),
    ],
)
def test_save_sustainability_refuses_at_the_field(changes, field, site, manager):
    with pytest.raises(ValidationError) as refused:
        save_outlook(site, manager, **changes)

    assert list(refused.value.error_dict) == [field]
    assert not Sustainability.objects.exists()


@pytest.mark.parametrize(
    "act", ["add", "change", "confirm", "withdraw", "save cost", "remove cost", "save outlook"]
)
def test_money_stays_as_it_was_when_it_cannot_be_recorded(act, site, manager, request):
    source, line = FundingSourceFactory(site=site), CostLineFactory(site=site)
    SustainabilityFactory(site=site)
    before = rows()
    acts = {
        "add": lambda: add(site, manager),
        "change": lambda: operations.change_source(
            source=source, version=1, shares=SHARES, **GIVEN, now=NOW, by=manager
        ),
        "confirm": lambda: confirm(source, manager),
        "withdraw": lambda: operations.withdraw_source(
            source=source, version=1, reason="Cut.", now=NOW, by=manager
        ),
        "save cost": lambda: save_cost(site, manager),
        "remove cost": lambda: operations.remove_cost(line=line, version=1, now=NOW, by=manager),
        "save outlook": lambda: save_outlook(site, manager, version=1),
    }
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        acts[act]()

    assert rows() == before


def rows():
    models = (FundingSource, FundingShare, CostLine, Sustainability, Attachment)
    return [list(model.objects.order_by("pk").values()) for model in models]
