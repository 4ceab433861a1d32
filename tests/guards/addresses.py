"""The address of each route on a site: its team one, and its rows where the route names a row."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from mst_sites.accounts.permissions import Role
from tests.guards.routes import Route
from tests.world import Place

Values = dict[str, Any]
NOBODYS = "00000000-0000-4000-8000-000000000000"  # an id that no row has


def row(label: str) -> Callable[[Place], Values]:
    return lambda place: {"pk": place.rows[label].pk}


def part_of_meeting(name: str, label: str) -> Callable[[Place], Values]:
    return lambda place: {"pk": place.rows["implementation.Meeting"].pk, name: place.rows[label].pk}


def somebody(place: Place) -> Values:
    return {"pk": place.people[Role.THERAPIST].pk}


def template(place: Place) -> Values:
    """Give the template that is in use: it belongs to no site."""
    return {"template": "standard-all-1"}


def template_step(place: Place) -> Values:
    return {**template(place), "code": "A1"}


# Routes whose address holds more than a site and a team.
ROWS: dict[str, Callable[[Place], Values]] = {
    "account_reset_password_from_key": lambda place: {"uidb36": "0", "key": "of-nobody"},
    "mfa_edit_webauthn": lambda place: {"credential": "of-nobody"},
    "mfa_remove_webauthn": lambda place: {"credential": "of-nobody"},
    "milestone-feed": lambda place: {"token": "of-nobody"},
    "invitation-accept": lambda place: {"token": "of-no-invitation"},
    "commissioner-remove": row("tenancy.SiteCommissioner"),
    "membership-end": row("tenancy.Membership"),
    "person-detail": somebody,
    "person-change": somebody,
    "person-reinvite": somebody,
    "person-close": somebody,
    "person-reopen": somebody,
    "person-factor-forget": somebody,
    "mail-retry": row("delivery.OutgoingMail"),
    "document-download": row("delivery.Document"),
    "document-status": row("delivery.Document"),
    "document-retry": row("delivery.Document"),
    "action-close": row("records.Action"),
    "action-reassign": row("records.Action"),
    "attachment-download": row("records.Attachment"),
    "attachment-remove": row("records.Attachment"),
    **{
        f"enquiry-{act}": row("implementation.Enquiry")
        for act in (
            "detail",
            "take",
            "assign",
            "answer",
            "note-create",
            "close",
            "convert",
            "invite",
            "reopen",
        )
    },
    "change-round-close": row("implementation.ChangeRound"),
    "episode-import-detail": row("consultation.EpisodeImport"),
    "steering-member-change": row("implementation.SteeringMember"),
    "series-extend": row("implementation.MeetingSeries"),
    **{
        name: row("implementation.Meeting")
        for name in (
            *(f"meeting-{act}" for act in ("detail", "change", "cancel", "reinstate", "close")),
            *(f"minutes-{act}" for act in ("detail", "change", "autosave", "send")),
            "series-change",
            "series-cancel",
            "invitee-create",
            "invitation-send",
            "agenda-point-create",
            "attendance-change",
            "attendance-correct",
            "decision-create",
            "meeting-action-create",
        )
    },
    "invitee-remove": part_of_meeting("invitee_pk", "implementation.Invitee"),
    **{
        f"agenda-point-{act}": part_of_meeting("point_pk", "implementation.AgendaPoint")
        for act in ("settle", "move", "remove")
    },
    "decision-change": part_of_meeting("decision_pk", "implementation.Decision"),
    "saved-view-delete": lambda place: {"pk": NOBODYS},
    **{
        f"review-{act}": row("consultation.Review")
        for act in ("detail", "change", "refresh", "comment", "discard", "issue", "reissue")
    },
    **{
        f"funding-{act}": row("implementation.FundingSource")
        for act in ("change", "confirm", "withdraw")
    },
    **{f"cost-{act}": row("implementation.CostLine") for act in ("change", "remove")},
    "needs-edition": row("implementation.NeedsAnalysis"),
    **{
        f"scenario-{act}": row("implementation.CapacityScenario")
        for act in ("change", "choose", "put-away")
    },
    **{
        f"activity-{act}": row("implementation.Activity")
        for act in (
            "detail",
            "describe",
            "change",
            "complete",
            "reopen",
            "exclude",
            "include",
            "comment",
        )
    },
    "evidence-create": row("implementation.Activity"),
    **{
        f"{noun}-{act}": lambda place: {"edition": "1"}
        for noun in ("defaults", "questionnaire")
        for act in ("detail", "publish", "discard")
    },
    **{f"template-{act}": template for act in ("detail", "change", "publish", "retire", "discard")},
    "step-create": template,
    **{f"step-{act}": template_step for act in ("change", "move", "remove")},
    "escalation-answer": row("consultation.Note"),
    **{
        f"note-{act}": row("consultation.Note")
        for act in ("detail", "amend", "changes", "acknowledge", "discard", "restore")
    },
}

# Routes whose address holds a word that every site has.
WORDS: dict[str, Values] = {
    **{f"gate-{act}": {"gate": "go"} for act in ("detail", "decide")},
    **{
        f"fact-{act}": {"code": "licence-signed"}
        for act in ("detail", "record", "attach", "withdraw")
    },
}


def place_in(route: Route, place: Place) -> Values:
    known = {"site_slug": place.site.slug, "team_slug": place.one.slug}
    return {name: known[name] for name in route.parameters if name in known}


def address(route: Route, place: Place, *, rows_of: Place | None = None) -> str:
    """Return the address on a place; with `rows_of` the row that it names is another's."""
    values = place_in(route, place) | WORDS.get(route.name, {})
    if route.name in ROWS:
        values |= ROWS[route.name](rows_of or place)
    return reverse(route.name, kwargs=values)
