"""The pages of weekly notes, as a browser meets them."""

import re
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultation import operations
from consultation.models import Note, NoteContent, NoteVersion, Recommendation
from consultation.operations import Sheet
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.periods import WEEK, local_day, monday_of
from tests.factories import NoteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db

TODAY = local_day(timezone.now())
LAST_WEEK = monday_of(TODAY) - WEEK


@pytest.fixture
def team():
    return TeamFactory(opened_on=date(2024, 1, 1))


@pytest.fixture
def supervisor(team):
    return person(Role.SUPERVISOR, team=team)


@pytest.fixture
def therapist(team):
    return person(Role.THERAPIST, team=team)


@pytest.fixture
def consultant(team):
    return person(Role.CONSULTANT, team=team)


@pytest.fixture
def client(sign_in, supervisor):
    return sign_in(supervisor)


@pytest.fixture
def address(team):
    def of(name, *args):
        return reverse(f"note-{name}", args=[team.site.slug, team.slug, *args])

    return of


@pytest.fixture
def write(address):
    return f"{address('create')}?week={LAST_WEEK.isoformat()}"


@pytest.fixture
def autosave(address):
    return f"{address('autosave')}?week={LAST_WEEK.isoformat()}"


@pytest.fixture
def values(supervisor, therapist):
    return {
        "id": str(uuid4()),
        "tab": str(uuid4()),
        "version": 0,
        "outcome": "HELD",
        "held_on": (LAST_WEEK + timedelta(days=1)).isoformat(),
        "started_at": "09:30",
        "minutes": "60",
        "mode": "VIDEO",
        "supervisor": str(supervisor.pk),
        f"presence_{therapist.pk}": "PRESENT",
        "open_families": "14",
        "families_discussed": "13",
        "themes": "T01-0004: the school.",
        "barrier_codes": ["SCHOOL", "PEERS"],
        "recommendation_1_text": "Meet the school",
        "recommendation_1_owner": str(therapist.pk),
        "recommendation_2_text": "Rehearse the plan",
        "recommendation_2_owner": str(supervisor.pk),
    }


@pytest.fixture
def filed(team, supervisor):
    return operations.file_note(
        team=team,
        week_starts_on=LAST_WEEK,
        sheet=Sheet(id=uuid4(), tab=uuid4(), version=0),
        content=NoteContent(
            held_on=LAST_WEEK,
            started_at=time(9, 30),
            minutes=60,
            mode="VIDEO",
            open_families=14,
            families_discussed=13,
            themes="What was filed.",
            recommendations=(Recommendation("Rehearse the plan", supervisor),),
        ),
        now=timezone.now(),
        by=supervisor,
    )


def text(answer):
    return answer.content.decode()


def hidden(answer, name):
    return re.search(rf'name="{name}" value="([^"]*)"', text(answer)).group(1)


def test_note_create_begins_with_what_is_known(client, write, filed, team, therapist, consultant):
    Note.objects.update(week_starts_on=LAST_WEEK - WEEK, held_on=LAST_WEEK - WEEK)

    answer = client.get(write)

    initial = answer.context["form"].initial
    assert initial["held_on"] == LAST_WEEK
    assert (initial["started_at"], initial["minutes"], initial["mode"]) == (
        time(9, 30),
        60,
        "VIDEO",
    )
    assert (initial["open_families"], initial["summaries_due"]) == (14, 14)
    assert initial["consultant"] == str(consultant.pk)
    assert initial[f"presence_{therapist.pk}"] == "PRESENT"


def test_note_create_proposes_last_week_until_it_is_filed(client, address, filed):
    assert (
        client.get(address("create"))
        .context["form"]
        .autosave_url.endswith(f"week={monday_of(TODAY).isoformat()}")
    )


@pytest.mark.parametrize("week", ["2026-03-03", "2999-01-07", "nonsense", "1999-12-27"])
def test_note_create_of_no_week_is_not_there(client, address, week):
    assert client.get(f"{address('create')}?week={week}").status_code == 404


def test_note_create_files_in_a_dozen_queries(client, write, values, queries):
    with queries(12):
        answer = client.post(write, values)

    note = Note.objects.get()
    assert (answer.status_code, answer.url.endswith(f"/{note.pk}/")) == (302, True)
    assert (note.status, note.themes, note.barrier_codes) == (
        "FILED",
        "T01-0004: the school.",
        ["SCHOOL", "PEERS"],
    )


def test_note_create_files_a_draft_in_a_dozen_queries(client, write, autosave, values, queries):
    version = client.post(autosave, values).json()["version"]

    with queries(12):
        client.post(write, {**values, "version": version, "themes": "more"})

    assert (Note.objects.get().status, Note.objects.get().themes) == ("FILED", "more")


def test_note_create_saves_a_draft_and_says_that_it_is_none_yet(client, write, values):
    answer = client.post(write, {**values, "keep": "draft", "held_on": ""}, follow=True)

    assert Note.objects.get().status == "DRAFT"
    assert "It is not filed yet." in text(answer)


def test_note_create_goes_on_with_a_draft(client, write, autosave, values):
    client.post(autosave, values)

    answer = client.get(write)

    assert hidden(answer, "id") == values["id"]
    assert hidden(answer, "version") == "1"
    assert hidden(answer, "tab") != values["tab"]
    assert answer.context["form"].initial["themes"] == values["themes"]
    assert answer.context["form"].initial["recommendation_1_text"] == "Meet the school"


def test_note_create_of_a_filed_week_shows_the_note(client, write, filed):
    assert client.get(write).url.endswith(f"/{filed.pk}/")


def test_note_create_twice_answers_the_same(client, write, values):
    first, second = client.post(write, values), client.post(write, values)

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert (Note.objects.count(), NoteVersion.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("held_on", ""),
        ("held_on", "32/13/2026"),
        ("minutes", "9"),
        ("minutes", "an hour"),
        ("mode", ""),
        ("families_discussed", "15"),
        ("open_families", "-1"),
        ("consultant", "00000000-0000-4000-8000-000000000000"),
        ("outcome", "NEVER"),
        ("started_at", "25:00"),
        ("barrier_codes", ["NONE"]),
        ("themes", "NHS 943 476 5919"),
        ("recommendation_1_due_on", "tomorrow"),
    ],
)
def test_note_create_that_is_rejected_keeps_every_field(client, write, values, field, wrong):
    typed = {**values, field: wrong}

    answer = client.post(write, typed)

    assert (answer.status_code, Note.objects.count()) == (422, 0)
    form = answer.context["form"]
    assert field in form.errors
    assert {name: form[name].value() for name in typed if name in form.fields} == {
        name: str(value) if name == "version" else value for name, value in typed.items()
    }
    assert re.search(
        rf'class="error-summary".*?href="#(id|div)_[^"]*{field}', text(answer), re.DOTALL
    )


def test_note_create_says_in_its_summary_of_which_recommendation_nobody_is_named(
    client, write, values
):
    answer = client.post(write, {**values, "recommendation_2_owner": ""})

    summary = re.search(r'class="error-summary".*?</ul>', text(answer), re.DOTALL)[0]
    assert re.findall(r'href="#(\w+)"\s*>([^<]+)<', summary) == [
        ("id_recommendation_2_owner", "Recommendation 2, who: Say who does it.")
    ]


def test_note_create_asks_for_a_reason_only_when_something_is_marked(client, write, values):
    typed = {**values, "themes": "Ring 020 7946 0018"}
    assert "identifier_reason" not in text(client.get(write))

    answer = client.post(write, typed)
    assert "“020 7946 0018” looks like: phone number" in text(answer)
    assert 'name="identifier_reason"' in text(answer)

    client.post(write, {**typed, "identifier_reason": "The council's own line"})
    assert Note.objects.get().themes == "Ring 020 7946 0018"


def test_note_create_clash_shows_both_texts_and_saves_the_chosen_one(
    client, write, autosave, values
):
    client.post(autosave, {**values, "themes": "theirs, typed first"})
    mine = {**values, "id": str(uuid4()), "tab": str(uuid4()), "themes": "mine, typed later"}

    answer = client.post(write, {**mine, "keep": "draft"})

    assert answer.status_code == 409
    assert "<del>theirs</del>, typed <del>first</del>" in text(answer)
    assert "<ins>mine</ins>, typed <ins>later</ins>" in text(answer)
    assert "data-autosave-url" in text(client.get(write))
    assert "data-autosave" not in text(answer)
    assert answer.context["form"]["themes"].value() == "mine, typed later"
    assert Note.objects.get().themes == "theirs, typed first"

    again = {
        **mine,
        "id": hidden(answer, "id"),
        "version": hidden(answer, "version"),
        "keep": "draft",
    }
    assert client.post(write, again).status_code == 302
    assert Note.objects.get().themes == "mine, typed later"


@pytest.mark.parametrize("is_own", [True, False])
def test_note_create_clash_says_whose_the_other_text_is(
    is_own, client, team, write, autosave, values, sign_in
):
    other = person(Role.BACK_UP_SUPERVISOR, team=team)
    other.full_name = "Demo Other"
    other.save()
    writer = client if is_own else sign_in(other)
    writer.post(autosave, {**values, "themes": "typed first"})

    mine = {**values, "id": str(uuid4()), "tab": str(uuid4()), "themes": "typed later"}
    page = " ".join(text(client.post(write, {**mine, "keep": "draft"})).split())

    assert ("You wrote in this note in another window" in page) == is_own
    assert ("Somebody else wrote in this note" in page) == (not is_own)
    assert ("Demo Other saved at" in page) == (not is_own)
    assert ("You saved at" in page) == is_own


def test_note_that_clashes_while_it_saves_itself_names_the_buttons(client, write):
    page = " ".join(text(client.get(write)).split())

    assert "Press “File the note” or “Save as draft” to see both texts." in page


def test_note_create_clash_with_a_filed_note_offers_to_amend_it(
    client, write, values, filed, address
):
    answer = client.post(write, values)

    assert answer.status_code == 409
    assert f'action="{address("amend", filed.pk)}"' in text(answer)
    assert Note.objects.get().themes == "What was filed."

    again = {
        **values,
        "id": hidden(answer, "id"),
        "version": hidden(answer, "version"),
        "reason": "Mine",
    }
    assert client.post(address("amend", filed.pk), again).status_code == 302
    assert Note.objects.get().themes == values["themes"]


def test_note_autosave_keeps_a_draft_and_never_files_it(client, autosave, values):
    first = client.post(autosave, values)
    second = client.post(autosave, {**values, "version": 1, "themes": "more"})

    assert (first.json()["version"], second.json()["version"]) == (1, 2)
    assert re.fullmatch(r"\d\d:\d\d", second.json()["saved_at"])
    assert (Note.objects.get().status, Note.objects.get().themes) == ("DRAFT", "more")


def test_note_autosave_in_few_queries(client, autosave, values, queries):
    with queries(10):
        client.post(autosave, values)
    with queries(9):
        client.post(autosave, {**values, "version": 1, "themes": "more"})


def test_note_autosave_says_which_fields_it_cannot_keep_and_keeps_the_rest(
    client, autosave, values
):
    client.post(autosave, values)

    answer = client.post(
        autosave,
        {
            **values,
            "version": 1,
            "minutes": "an hour",
            "themes": "NHS 943 476 5919",
            "strengths": "The team met.",
        },
    )

    assert answer.json()["saved_at"].endswith("but not yet: Minutes, Themes")
    assert list(answer.json()["refused"]) == ["minutes", "themes"]
    told = answer.json()["refused"]["themes"]
    assert told.startswith("“943 476 5919” (NHS number). Take this out")
    note = Note.objects.get()
    assert (note.themes, note.minutes, note.strengths) == (
        "T01-0004: the school.",
        60,
        "The team met.",
    )


@pytest.mark.parametrize(
    "refused",
    [
        {"recommendation_3_text": "Ring 020 7946 0018"},
        {"recommendation_3_text": ""},
        {"recommendation_3_text": "x" * 501},
        {"recommendation_3_owner": "00000000-0000-4000-8000-000000000000"},
        {"recommendation_3_due_on": "tomorrow"},
    ],
)
def test_note_autosave_keeps_a_recommendation_whose_edit_is_refused(
    client, autosave, write, values, therapist, refused
):
    third = {
        "recommendation_2_text": "",
        "recommendation_2_owner": "",
        "recommendation_3_text": "Write to the court",
        "recommendation_3_owner": str(therapist.pk),
        "recommendation_3_due_on": "2026-04-01",
    }
    client.post(autosave, {**values, **third})

    told = client.post(autosave, {**values, **third, "version": 1, **refused}).json()["refused"]

    assert list(told) == list(refused)
    kept = [(each["text"], each["owner"]["id"]) for each in Note.objects.get().recommendations]
    assert kept == [
        ("Meet the school", str(therapist.pk)),
        ("Write to the court", str(therapist.pk)),
    ]
    initial = client.get(write).context["form"].initial
    assert initial["recommendation_3_due_on"] == date(2026, 4, 1)
    assert "recommendation_2_text" not in initial


def test_note_create_marks_what_filing_asks_for_and_calls_nothing_optional(client, address):
    page = client.get(address("create")).content.decode()

    assert page.count("(required)") == 5
    assert "(optional)" not in page


def test_note_autosave_of_somebody_elses_draft_is_a_clash(client, autosave, values):
    client.post(autosave, values)

    answer = client.post(autosave, {**values, "id": str(uuid4()), "tab": str(uuid4())})

    assert answer.status_code == 409


def test_note_autosave_without_its_marks_is_refused(client, autosave):
    assert client.post(autosave, {"themes": "a"}).status_code == 400


def test_note_draft_is_seen_only_by_those_who_file(
    client, autosave, values, sign_in, consultant, address
):
    client.post(autosave, values)
    other = sign_in(consultant)

    assert other.get(address("detail", values["id"])).status_code == 404
    assert "Draft" not in text(other.get(address("list")))
    assert client.get(address("detail", values["id"])).status_code == 302


def test_note_detail_shows_the_note_and_is_on_record(client, filed, address, supervisor):
    answer = client.get(address("detail", filed.pk))

    assert "What was filed." in text(answer)
    assert "13 of 14" in text(answer)
    assert "Rehearse the plan" in text(answer)
    entry = AuditEntry.objects.get(action="note.read")
    assert (entry.actor, entry.subject_id) == (supervisor, str(filed.pk))


def test_note_acknowledge_by_the_consultant(sign_in, consultant, filed, address, client):
    reader = sign_in(consultant)
    page = reader.get(address("detail", filed.pk))
    assert "Acknowledge</button>" in text(page)

    reader.post(address("acknowledge", filed.pk), {"version": hidden(page, "version")})

    assert (Note.objects.get().status, Note.objects.get().acknowledged_by) == (
        "ACKNOWLEDGED",
        consultant,
    )
    assert client.post(address("acknowledge", filed.pk), {"version": 1}).status_code == 403


def test_note_amend_keeps_what_was_and_shows_the_difference(client, filed, address):
    page = client.get(address("amend", filed.pk))
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()}

    answer = client.post(
        address("amend", filed.pk), {**typed, "themes": "What is right.", "reason": "A slip"}
    )

    assert answer.url == address("detail", filed.pk)
    changes = text(client.get(address("changes", filed.pk)))
    assert "A slip" in changes
    assert "<ins>is</ins>" in changes
    assert Note.objects.get().themes == "What is right."


def test_note_amend_without_a_reason_keeps_the_text(client, filed, address, values):
    answer = client.post(address("amend", filed.pk), {**values, "id": filed.pk, "version": 1})

    assert answer.status_code == 422
    assert answer.context["form"]["themes"].value() == values["themes"]


def test_note_changes_of_an_unchanged_note_says_so(client, filed, address):
    assert "Nothing was changed" in text(client.get(address("changes", filed.pk)))


def test_note_discard_and_restore(client, autosave, values, address):
    client.post(autosave, values)
    page = client.get(address("discard", values["id"]))

    answer = client.post(
        address("discard", values["id"]), {"version": hidden(page, "version")}, follow=True
    )
    assert "Take it back" in text(answer)
    assert Note.objects.kept().count() == 0

    first, second = (client.post(address("restore", values["id"])) for _click in range(2))
    assert Note.objects.kept().get().themes == values["themes"]
    assert second.url == first.url


def test_note_list_without_notes_says_what_to_do(client, address):
    answer = client.get(address("list"))

    assert "Write the first note" in text(answer)


def test_note_list_says_that_agreed_closures_are_left_out(client, address, team, filed):
    week = LAST_WEEK - WEEK
    closed = {"outcome": "CANCELLED", "cancelled_reason": "AGREED_CLOSURE"}
    NoteFactory(team=team, week_starts_on=week, status="FILED", filed_at=timezone.now(), **closed)

    title = client.get(f"{address('list')}?year={week.year}").context["strip"].title

    said = f"weeks of {week.year}; 1 week of agreed closure is left out"
    assert title.endswith(said)


def test_note_list_of_a_team_that_has_not_begun_expects_no_note(sign_in):
    team = TeamFactory()
    client = sign_in(person(Role.SUPERVISOR, team=team))

    page = text(client.get(reverse("note-list", args=[team.site.slug, team.slug])))

    assert "No note is expected of this year yet." in page


def earlier_weeks(client, team, year=TODAY.year):
    """Return the addresses that a list of notes leads to for weeks of which no note is expected."""
    url = reverse("note-list", args=[team.site.slug, team.slug])
    page = text(client.get(f"{url}?year={year}"))
    chooser = page.partition('id="earlier-week"')[2].partition("</select>")[0]
    write = reverse("note-create", args=[team.site.slug, team.slug])
    assert (f'action="{write}"' in page) is bool(chooser)
    return [f"{write}?week={week}" for week in re.findall(r'value="([^"]+)"', chooser)]


def test_note_list_of_a_team_that_nobody_opened_leads_to_the_note_of_an_earlier_week(
    sign_in, time_machine
):
    time_machine.move_to("2026-03-20 12:00:00+00:00")
    team = TeamFactory()
    client = sign_in(person(Role.SUPERVISOR, team=team))
    weeks = earlier_weeks(client, team, 2026)
    assert [week[-10:] for week in weeks[:2]] == ["2026-03-09", "2026-03-02"]
    assert len(weeks) == 10
    assert len(earlier_weeks(client, team, 2025)) == 52

    note = {"outcome": "HELD", "held_on": "2026-03-03", "minutes": "60", "mode": "VIDEO"}
    sheet = {"id": str(uuid4()), "tab": str(uuid4()), "version": 0}
    assert client.get(weeks[1]).status_code == 200
    assert client.post(weeks[1], {**sheet, **note}).status_code == 302

    assert Note.objects.filed().get().week_starts_on == date(2026, 3, 2)
    assert [week[-10:] for week in earlier_weeks(client, team, 2026)[:1]] == ["2026-02-23"]


def test_note_list_leads_to_no_week_before_a_team_opened_and_nobody_who_only_reads(
    sign_in, client, team
):
    undated = TeamFactory()

    assert earlier_weeks(client, team) == []
    assert earlier_weeks(sign_in(person(Role.CONSULTANT, team=undated)), undated) == []


@pytest.mark.parametrize("count", [1, 3])
def test_note_list_asks_as_much_for_one_note_as_for_three(
    client, address, team, filed, queries, count
):
    for number in range(1, count):
        Note.objects.bulk_create(
            [
                Note(
                    site=team.site,
                    team=team,
                    week_starts_on=LAST_WEEK - number * WEEK,
                    drafted_at=timezone.now(),
                )
            ]
        )

    with queries(9):
        client.get(address("list"))


@pytest.mark.parametrize("year", ["1999", "2999", "x"])
def test_note_list_of_no_year_is_not_there(client, address, year):
    assert client.get(f"{address('list')}?year={year}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SUPERVISOR, 200),
        (Role.BACK_UP_SUPERVISOR, 200),
        (Role.CONSULTANT, 200),
        (Role.THERAPIST, 403),
        (Role.ADMINISTRATOR, 403),
        (Role.COMMISSIONER, 403),
        (Role.PROVIDER_MANAGER, 403),
    ],
)
def test_note_list_by_role(sign_in, team, address, role, status):
    reader = sign_in(
        person(
            role,
            site=team.site,
            team=None if "_MANAGER" in role or role == Role.COMMISSIONER else team,
        )
    )

    assert reader.get(address("list")).status_code == status


def signed_out(client):
    """End the session, as an hour without a click does."""
    client.cookies.pop(settings.SESSION_COOKIE_NAME)


def typed_form(client, write, values):
    mark = hidden(client.get(write), "typed_by")
    return {**values, "typed_by": mark, "themes": "A long thought. " * 320}


def test_note_create_after_the_session_ended_comes_back_to_its_own_person(
    client, write, values, supervisor, sign_in
):
    typed = typed_form(client, write, values)
    signed_out(client)

    answer = client.post(write, typed)
    assert (answer.status_code, Note.objects.count()) == (302, 0)
    assert "next=" in answer.url

    sign_in(supervisor, client)
    back = client.get(write)
    assert back.context["form"]["themes"].value() == typed["themes"]
    assert "What you typed is here again" in text(back)
    assert client.post(write, typed).status_code == 302
    assert Note.objects.get().themes == typed["themes"]


def test_note_create_after_the_session_ended_is_shown_to_nobody_else(
    client, write, values, team, supervisor, sign_in
):
    typed = typed_form(client, write, values)
    signed_out(client)
    client.post(write, typed)

    sign_in(person(Role.BACK_UP_SUPERVISOR, team=team), client)
    assert "A long thought" not in text(client.get(write))

    sign_in(supervisor, client)
    assert "A long thought" not in text(client.get(write))


def test_note_create_by_nobody_keeps_nothing(client, write, values):
    signed_out(client)

    client.post(write, {**values, "typed_by": "forged"})

    assert "kept_form" not in client.session


def test_note_create_with_an_old_token_comes_back_filled(write, values, supervisor, sign_in):
    client = sign_in(supervisor, Client(enforce_csrf_checks=True))
    typed = typed_form(client, write, values)

    answer = client.post(write, {**typed, "csrfmiddlewaretoken": "a" * 64}, follow=True)

    assert answer.context["form"]["themes"].value() == typed["themes"]
    assert Note.objects.count() == 0


def test_note_create_with_a_forged_token_and_no_mark_is_refused(write, values, supervisor, sign_in):
    client = sign_in(supervisor, Client(enforce_csrf_checks=True))

    answer = client.post(write, values)

    assert answer.status_code == 403
    assert "This page was open for too long" in text(answer)
