"""A chain that somebody touched is found, whatever they touched it with."""

import io
import threading

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from mst_sites.audit import chains
from mst_sites.audit import operations as audit
from mst_sites.audit.models import AuditEntry, ChainHead
from mst_sites.audit.origin import Origin, Source, coming_from
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.database import owner_cursor
from tests.factories import SiteFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site():
    """Make a site with a history of everything that a hash may stumble over."""
    with whole_scope():
        site, by = SiteFactory(slug="afon"), UserFactory(full_name='Siân "Ŵ" O\'Neill\t\\ 😀')
        origin = Origin(Source.WEB, "0f", "2001:db8::1")
        with coming_from(origin):
            for number in range(10):
                details = {"ł": [number, 1.50, None], "a": 'x"\\\u0001\u007f', "long": 2**70}
                audit.record("note.filed", site=site, subject=by, details=details, by=by)
        audit.record("demo.made", site=site, by=None)
        audit.record("person.invited", site=None, by=None)
    return site


def verify(*arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue().splitlines(), [*err.getvalue().splitlines(), str(error)]
    return out.getvalue().splitlines(), []


def as_owner(*statements):
    """Do what triggers and policies forbid: the owner of the tables can switch both off."""
    with owner_cursor(connection.settings_dict["NAME"]) as cursor:
        for table in ("audit_auditentry", "audit_chainhead"):
            cursor.execute(f"alter table {table} disable trigger user")
            cursor.execute(f"alter table {table} no force row level security")
        for statement in statements:
            cursor.execute(statement)
        for table in ("audit_auditentry", "audit_chainhead"):
            cursor.execute(f"alter table {table} enable trigger user")
            cursor.execute(f"alter table {table} force row level security")


def test_not_even_the_owner_changes_what_is_recorded(site):
    with owner_cursor(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("select set_config('mst.scope', 'whole', false)")
        cursor.execute("select count(*) from audit_auditentry")
        assert cursor.fetchone() == (12,)  # the owner sees the rows: it is the trigger that refuses
        for statement in (
            "update audit_auditentry set action = 'note.read' where number = 4",
            "update audit_auditentry set action = action",
            "delete from audit_auditentry where number = 4",
            "truncate audit_auditentry",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="cannot be changed"):
                cursor.execute(statement)

    assert verify()[1] == []


def test_verify_audit_prints_where_each_chain_ends(site):
    with whole_scope():
        heads = {head.chain: head for head in ChainHead.objects.all()}

    lines, faults = verify()

    assert faults == []
    assert lines == [f"- 1 {heads[0].hash}", f"afon 11 {heads[site.pk].hash}"]
    assert verify("--site", "afon")[0] == lines[1:]


def test_verify_audit_of_an_unknown_site_is_refused(site):
    assert verify("--site", "nowhere")[1] == ["There is no site nowhere."]


CHANGES = [
    ("details = '{}'", "where number = 4"),
    ("actor_name = 'Somebody Else'", "where number = 4"),
    ("actor_id = null", "where number = 4"),
    ("action = 'note.read'", "where number = 4"),
    ("at = at + interval '1 microsecond'", "where number = 4"),
    ("ip_address = null", "where number = 4"),
    ("subject_id = 'x'", "where number = 4"),
    ("source = 'worker'", "where number = 4"),
    ("request_id = ''", "where number = 4"),
]


@pytest.mark.parametrize(("change", "where"), CHANGES)
def test_verify_audit_finds_what_was_changed(site, change, where):
    as_owner(f"update audit_auditentry set {change} {where}")

    assert verify()[1] == ["afon: entry 4 was changed", "The audit is broken in 1 places."]


def test_verify_audit_finds_a_change_whose_hash_was_made_to_fit(site):
    as_owner("update audit_auditentry set action = 'note.read' where number = 4")
    with whole_scope():
        entry = chains.Entry(*list(chains.rows(site.pk, up_to=4))[3])
    as_owner(f"update audit_auditentry set hash = '{entry.recomputed()}' where number = 4")

    assert verify()[1][0] == "afon: entry 5 does not follow the entry before it"


def test_verify_audit_finds_what_was_taken_out(site):
    as_owner("delete from audit_auditentry where number in (4, 5)")

    assert verify()[1][:-1] == ["afon: entry 4 is missing", "afon: entry 5 is missing"]


def test_verify_audit_finds_a_tail_that_was_cut(site):
    as_owner("delete from audit_auditentry where number > 9")

    assert verify()[1][:-1] == [
        "afon: entry 10 is missing from the end",
        "afon: entry 11 is missing from the end",
    ]


def test_verify_audit_finds_an_entry_added_past_the_end(site):
    as_owner(
        "insert into audit_auditentry select gen_random_uuid(), 12, at, actor_name, action,"
        " subject_type, subject_id, details, source, request_id, ip_address, previous_hash, hash,"
        " actor_id, site_id from audit_auditentry where number = 11"
    )

    assert verify()[1][0] == "afon: entry 12 was added past the end"


def test_verify_audit_finds_a_tail_and_a_head_cut_together_by_what_was_noted(site, tmp_path):
    note = tmp_path / "heads.txt"
    note.write_text("\n".join(verify()[0]))
    assert verify("--against", str(note))[1] == []

    as_owner(
        "delete from audit_auditentry where number > 9",
        "update audit_chainhead set number = 9, hash = (select hash from audit_auditentry"
        f" where number = 9) where chain = {site.pk}",
    )

    assert verify()[1] == []  # nothing inside the database tells
    assert verify("--against", str(note))[1][0] == "afon: entry 10 is missing from the end"


def test_verify_audit_finds_a_chain_that_is_gone_by_what_was_noted(site, tmp_path):
    note = tmp_path / "heads.txt"
    note.write_text("\n".join(verify()[0]))

    as_owner("delete from audit_auditentry", "delete from audit_chainhead")

    assert verify("--against", str(note))[1] == [
        "chains that are gone: -, afon",
        "The audit is broken in 2 places.",
    ]


def test_verify_audit_takes_a_long_chain_in_pieces(site, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(chains, "AT_ONCE", 3)

    with whole_scope(), django_assert_num_queries(8):
        assert chains.walk(site.pk).breaks == []


def test_chain_has_no_gap_when_many_write_at_once(site):
    def write():
        for _ in range(50):
            with site_scope([site.pk]):
                audit.record("note.filed", site=site, by=None)
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with whole_scope():
        numbers = AuditEntry.objects.of_site(site).values_list("number", flat=True)
        assert list(numbers) == list(range(1, 112))
        assert Site.objects.count() == 1
    assert verify()[1] == []
