"""What components show and refuse, without a browser."""

import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.template import TemplateSyntaxError

from mst_sites.look import differences, examples, statuses
from mst_sites.look.fields import RememberedDateField
from mst_sites.look.forms import HouseForm
from mst_sites.look.parts import Grid, GridCell, GridRow, Progress, Task, Version
from mst_sites.look.tables import Cell, Column, Page, Row, Table, query


@pytest.mark.parametrize("code", ["NOT_MET", "not met", "not-met"])
def test_status_is_found_however_it_is_written(drawn, code: str) -> None:
    assert ">Not met</span>" in drawn("{% status code %}", code=code)


def test_status_has_shape_and_word(drawn) -> None:
    html = drawn('{% status "late" %}')

    assert "icons.svg#clock" in html
    assert "Late" in html
    assert "status-bad" in html


def test_unknown_status_is_an_error(drawn) -> None:
    with pytest.raises(LookupError, match="Unknown status"):
        drawn('{% status "perhaps" %}')


def test_unknown_status_with_word_and_tone_is_drawn(drawn) -> None:
    assert "Perhaps" in drawn('{% status "perhaps" label="Perhaps" tone="warn" %}')


def test_good_and_bad_statuses_differ_by_shape_too() -> None:
    shapes = {
        tone: {s.icon for s in statuses.STATUSES.values() if s.tone == tone}
        for tone in ("good", "bad")
    }

    assert not shapes["good"] & shapes["bad"]


def test_unknown_icon_is_an_error(drawn) -> None:
    with pytest.raises(KeyError):
        drawn('{% icon "rocket" %}')


def test_notice_takes_the_levels_of_messages(drawn) -> None:
    assert "notice-bad" in drawn('{% notice "No" tone="error" %}')
    assert "notice-good" in drawn('{% notice "Yes" tone="extra success" %}')


@pytest.mark.parametrize(
    "tag",
    [
        "notice text",
        "empty_state text text",
        "diff text text2",
        "status 'x' label=text tone='good'",
    ],
)
def test_text_is_escaped(drawn, tag: str) -> None:
    html = drawn(
        "{% " + tag + " %}",
        text="<img src=x onerror=alert(1)>",
        text2="<img src=x onerror=alert(1)> too",
    )

    assert "<img" not in html
    assert "&lt;img" in html


def test_table_cells_are_escaped(drawn) -> None:
    hostile = "<script>"
    table = Table(
        hostile,
        [Column(hostile), Column(hostile)],
        [Row([Cell(hostile, "#", note=hostile), hostile])],
    )

    assert hostile not in drawn("{% data_table table %}", table=table)


def test_table_heads_each_row_and_labels_each_cell(drawn) -> None:
    table = Table(
        "Notes",
        [Column("Week"), Column("Cases", numeric=True)],
        [Row([Cell("2 March", "/n/"), "14"])],
    )

    html = drawn("{% data_table table %}", table=table)

    assert (
        '<th scope="row"><a href="/n/">2 March</a></th><td class="num" data-label="Cases">14</td>'
        in html
    )


def test_table_refuses_a_row_of_another_length(drawn) -> None:
    table = Table("Notes", [Column("Week")], [Row(["a", "b"])])

    with pytest.raises(ValueError, match="zip"):
        drawn("{% data_table table %}", table=table)


def test_sort_link_turns_the_order_and_forgets_the_page() -> None:
    params = QueryDict("stage=live&page=3&sort=week")
    table = Table(
        "Notes", [Column("Week", sort_by="week"), Column("By")], [], sort="week", params=params
    )

    week, by = table.headings

    assert (week["order"], week["url"]) == ("ascending", "?stage=live&sort=-week")
    assert (by["order"], by["url"]) == ("", "")


def test_query_keeps_what_is_asked_twice() -> None:
    assert query(QueryDict("a=1&a=2&b="), page=2) == "?a=1&a=2&page=2"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, [1, 2, None, 11]), (6, [1, None, 5, 6, 7, None, 11]), (11, [1, None, 10, 11])],
)
def test_page_offers_its_neighbours_and_the_ends(number: int, shown: list) -> None:
    page = Page.of(Paginator(range(110), 10).page(number))

    assert page.shown == shown
    assert (page.first_row, page.last_row) == (number * 10 - 9, number * 10)


def test_empty_table_says_so(drawn) -> None:
    assert "No notes." in drawn("{% data_table t %}", t=Table("Notes", [], [], empty="No notes."))


def test_grid_is_a_table_whose_squares_say_their_state(drawn) -> None:
    rows = [GridRow("North", [GridCell("done"), GridCell("late", "3 weeks", "/x/")])]

    html = drawn("{% grid g %}", g=Grid("Sites", ["Needs", "Staff"], rows))

    assert '<th scope="row">North</th>' in html
    assert (
        '<td class="good" data-label="Needs"><svg aria-hidden="true"><use href="#icheck"/></svg>Done</td>'
        in html
    )
    assert "<i>Late </i>3 weeks</a>" in html


def test_task_that_cannot_start_is_no_link(drawn) -> None:
    html = drawn(
        "{% task_list tasks %}", tasks=[Task("Review", "not_started"), Task("Needs", "done", "/n/")]
    )

    assert html.count("<a ") == 1
    assert "1 of 2 done" in html


def test_job_asks_again_until_it_is_over(drawn) -> None:
    running = drawn("{% progress job %}", job=Progress("running", "PIR", "/again/", 1, 4))
    ready = drawn(
        "{% progress job %}",
        job=Progress("ready", "PIR", "/again/", result_url="/pdf/", result_label="PDF"),
    )

    assert 'hx-get="/again/"' in running
    head, work = running.split('id="progress-work"')
    assert 'role="status"' in head  # what is read out is no part of what is replaced
    assert "hx-get" not in head
    assert "role=" not in work
    assert 'href=""' in running
    assert "hx-get" not in ready
    assert 'href="/pdf/"' in ready


def test_comparison_marks_changed_words_only() -> None:
    lines = differences.compare("one\nthe old text", "one\nthe new text\nmore")

    assert [line.is_changed for line in lines] == [False, True, True]
    assert [(p.kind, p.text) for p in lines[1].before or ()] == [
        ("same", "the "),
        ("old", "old"),
        ("same", " text"),
    ]
    assert (lines[2].before, lines[2].after) == (None, (differences.Piece("new", "more"),))


def test_comparison_loses_no_text() -> None:
    for side, text in (("before", examples.BEFORE), ("after", examples.AFTER)):
        lines = [
            getattr(line, side) for line in differences.compare(examples.BEFORE, examples.AFTER)
        ]
        assert (
            "\n".join("".join(p.text for p in line) for line in lines if line is not None) == text
        )


def test_equal_texts_are_said_to_be_equal(drawn) -> None:
    assert "the same" in drawn("{% diff text text %}", text="one")


def test_clash_shows_both_texts_and_posts_the_choice(drawn) -> None:
    mine, theirs = (
        Version("Mine", "my words", "m"),
        Version("Theirs", "their words", "t", datetime(2026, 1, 1, tzinfo=UTC)),
    )

    html = drawn("{% clash mine theirs %}", mine=mine, theirs=theirs)

    assert "<ins>my</ins>" in html
    assert "<del>their</del>" in html
    assert 'name="keep" value="m"' in html


class DateForm(HouseForm):
    on = RememberedDateField(label="Licence began on", help_text="For example, 27 3 2024")
    ended = RememberedDateField(label="Licence ended on", required=False)


def dates(day: str, month: str, year: str, **more: str) -> DateForm:
    return DateForm({"on_day": day, "on_month": month, "on_year": year, **more})


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (("27", "3", "2024"), "2024-03-27"),
        ((" 7", "03", "2024 "), "2024-03-07"),
        (("29", "2", "2024"), "2024-02-29"),
    ],
)
def test_remembered_date_is_read(typed: tuple[str, ...], day: str) -> None:
    form = dates(*typed)

    assert form.is_valid()
    assert form.cleaned_data["on"].isoformat() == day
    assert form.cleaned_data["ended"] is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "", ""), "“Licence began on” is still empty."),
        (("27", "", "2024"), "Give the day, the month and the year."),
        (("31", "2", "2024"), "This is not a day of the calendar. Write it like 27 3 2024."),
        (("27", "3", "24"), "This is not a day of the calendar. Write it like 27 3 2024."),
        (("x", "y", "z"), "This is not a day of the calendar. Write it like 27 3 2024."),
        (("9" * 30, "1", "2024"), "This is not a day of the calendar. Write it like 27 3 2024."),
    ],
)
def test_remembered_date_is_refused(typed: tuple[str, ...], said: str) -> None:
    assert dates(*typed).errors["on"] == [said]


def test_optional_remembered_date_must_be_whole_too() -> None:
    assert "ended" in dates("1", "1", "2024", ended_day="1").errors


def test_refused_remembered_date_keeps_what_was_typed(drawn) -> None:
    html = drawn("{% load crispy_forms_tags %}{% crispy form %}", form=dates("31", "2", "2024"))

    assert 'value="31"' in html
    assert 'href="#id_on_0"' in html
    assert 'id="id_on_0"' in html


def test_form_puts_hint_and_error_before_the_input_and_ties_them_to_it(drawn) -> None:
    form = HouseForm({})
    form.fields["name"] = forms.CharField(label="Name", help_text="As on the contract")
    form.fields["more"] = forms.CharField(label="More", required=False)

    html = drawn("{% load crispy_forms_tags %}{% crispy form %}", form=form)

    places = [
        html.index(part)
        for part in (
            'id="id_name_helptext"',
            'id="id_name_error"',
            '<input type="text" name="name"',
        )
    ]
    assert places == sorted(places)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert html.count("(optional)") == 1
    assert "*" not in html
    assert html.index("error-summary") < places[0]
    assert '<a href="#id_name">' in html


def test_error_of_the_whole_form_is_in_the_summary(drawn) -> None:
    form = HouseForm({})
    form.add_error(None, "These two do not fit.")

    assert "These two do not fit." in drawn("{% error_summary form %}", form=form)


def test_form_without_errors_has_no_summary(drawn) -> None:
    assert "error-summary" not in drawn("{% error_summary form %}", form=HouseForm())


def test_misspelt_component_is_an_error(drawn) -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn("{% stat_tile tiles %}")


class LimitForm(HouseForm):
    minutes = forms.IntegerField(min_value=5, max_value=1440)
    amount = forms.DecimalField(max_digits=11, decimal_places=2)
    title = forms.CharField(min_length=3, max_length=10)
    upload = forms.FileField(max_length=20)
    own = forms.IntegerField(
        required=False, validators=[MaxValueValidator(7, "A week has seven days.")]
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("minutes", "1441", "Enter a number up to 1440."),
        ("minutes", "4", "Enter a number of at least 5."),
        (
            "amount",
            "1234567890",
            "This number is too large: use at most 9 digits before the point.",
        ),
        ("amount", "0.123", "Use at most 2 digits after the point."),
        ("amount", "1234567890.12", "This number is too long: use at most 11 digits."),
        ("title", "Twelve signs", "Use at most 10 characters: this has 12."),
        ("title", "ab", "Use at least 3 characters."),
        ("own", "8", "A week has seven days."),
    ],
)
def test_limit_is_said_in_the_words_of_the_house(field, typed, said) -> None:
    assert said in LimitForm({field: typed}).errors[field]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.txt", b"", "This file is empty. Choose another one."),
        (f"{'a' * 30}.txt", b"x", "The file's name is too long: use at most 20 characters."),
    ],
)
def test_file_is_refused_in_the_words_of_the_house(name, content, said) -> None:
    form = LimitForm({}, {"upload": SimpleUploadedFile(name, content)})

    assert form.errors["upload"] == [said]


def test_field_that_was_added_late_speaks_as_the_others_do() -> None:
    form = HouseForm({"late": "9"})
    form.fields["late"] = forms.IntegerField(max_value=8)

    assert form.errors == {"late": ["Enter a number up to 8."]}


def test_autosave_line_names_the_button_that_shows_both_texts(drawn) -> None:
    assert "Press “Save” to see both texts." in " ".join(drawn("{% autosave_status %}").split())


class RowForm(HouseForm):
    day = forms.CharField(label="By when", required=False)
    question = forms.CharField(label="Was it held?", required=False)
    row_two = forms.CharField(label="Who", required=False)
    version = forms.CharField(required=False, widget=forms.HiddenInput)


def test_summary_says_which_field_each_message_is_about(drawn) -> None:
    form = RowForm({})
    form.fields["row_two"].told_as = "Recommendation 2, who"
    for name, message in (
        ("day", "This day is past."),
        ("question", "Choose one."),
        ("row_two", "Say who does it."),
        ("version", "Load the page again."),
    ):
        form.add_error(name, message)
    form.add_error("day", "“By when” is still empty.")

    summary = drawn("{% error_summary form %}", form=form)

    assert re.findall(r">([^<>]+)</a>", summary) == [
        "By when: This day is past.",
        "“By when” is still empty.",
        "Was it held? Choose one.",
        "Recommendation 2, who: Say who does it.",
        "Load the page again.",
    ]
