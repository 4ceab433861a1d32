"""Rules of the X-ray about a site's plan: its days, its people, its gates and its evidence."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from implementation.models import (
    Activity,
    FactCode,
    Gate,
    Party,
    ReviewOutcome,
    Stage,
    TemplateState,
)
from implementation.queries.findings import Rule, Seen, Severity
from implementation.queries.gates import CLOSED, code_in_address
from implementation.queries.looks import Look
from mst_sites.accounts.permissions import Permission
from mst_sites.periods import day_label

FIRST_FEW = 3
LATE = timedelta(weeks=4)
STILL = timedelta(days=60)
HELD_LONG = timedelta(days=90)
A_YEAR = timedelta(days=365)
NEAR_OPENING = 60  # days
OFTEN_MOVED = 3
SOON = timedelta(weeks=4)


def page(look: Look, name: str, *args: object) -> str:
    return reverse(name, args=[look.site.slug, *args])


def page_of(look: Look, activities: list[Activity]) -> str:
    """Give the page of the one activity that it is about, or of the plan where it is about several."""
    if len(activities) == 1:
        return page(look, "activity-detail", activities[0].pk)
    return page(look, "plan-detail")


def listed(names: list[str]) -> str:
    """Name the first few."""
    shown = "; ".join(names[:FIRST_FEW])
    more = len(names) - FIRST_FEW
    if more <= 0:
        return shown
    words = ngettext("%(shown)s; and %(count)d more", "%(shown)s; and %(count)d more", more)
    return words % {"shown": shown, "count": more}


def opening_passed(look: Look, today: date) -> Seen | None:
    planned = look.plan.planned_opening_on
    if not look.is_set_up or planned is None or planned >= today:
        return None
    words = _("It was planned for %(day)s, and the site is not open.")
    detail = words % {"day": day_label(planned)}
    return Seen(detail, Party.MST_UK, page(look, "opening-change"), planned)


def opening_moved(look: Look, today: date) -> Seen | None:
    moved = look.opening_changes
    if not look.is_set_up or len(moved) < OFTEN_MOVED:
        return None
    words = ngettext(
        "It was moved %(count)d time: last for %(reason)s.",
        "It was moved %(count)d times: last for %(reason)s.",
        len(moved),
    )
    detail = words % {"count": len(moved), "reason": moved[-1].get_reason_display()}
    return Seen(detail, Party.MST_UK, page(look, "opening-history"))


def opening_unplanned(look: Look, today: date) -> Seen | None:
    if (
        not look.is_set_up
        or look.plan.planned_opening_on
        or not look.sight.has_reached(Stage.DESIGN)
    ):
        return None
    detail = _("The site is in stage %(stage)s without a day to work towards.")
    return Seen(
        detail % {"stage": look.plan.get_stage_display()},
        Party.MST_UK,
        page(look, "opening-change"),
        look.plan.stage_since,
    )


def activities_late(look: Look, today: date) -> Seen | None:
    if not (look.is_set_up or look.is_open):
        return None
    late = [a for a in look.open_activities if a.forecast_on and a.forecast_on < today - LATE]
    if not late:
        return None
    late.sort(key=lambda activity: activity.forecast_on or today)
    detail = listed([f"{activity.code} {activity.title}" for activity in late])
    return Seen(detail, late[0].lead, page_of(look, late), late[0].forecast_on)


def exclusion_unagreed(look: Look, today: date) -> Seen | None:
    """Find what every site must do and somebody outside MST UK took out of this one's plan: no gate asks for it now."""
    found = [
        a
        for a in look.sight.activities
        if a.is_mandatory
        and not a.is_applicable
        and not a.is_left_over
        and a.excluded_by is not None
        and not a.is_exclusion_agreed
    ]
    if not found:
        return None
    words = _("%(activity)s: “%(reason)s”, says %(person)s")
    told = [
        words
        % {
            "activity": f"{a.code} {a.title}",
            "reason": a.not_applicable_reason,
            "person": a.excluded_by,
        }
        for a in found
    ]
    return Seen(listed(told), Party.MST_UK, page_of(look, found))


def activities_unowned(look: Look, today: date) -> Seen | None:
    if not look.is_set_up:
        return None
    found = [
        a
        for a in look.open_activities
        if a.owner_id is None and a.forecast_on and a.forecast_on <= today + SOON
    ]
    if not found:
        return None
    detail = listed([f"{activity.code} {activity.title}" for activity in found])
    return Seen(detail, found[0].lead, page_of(look, found))


def owner_left(look: Look, today: date) -> Seen | None:
    left = [a for a in look.open_activities if a.owner_id and a.owner_id not in look.people]
    if not left:
        return None
    detail = listed([f"{activity.code} {activity.title}" for activity in left])
    return Seen(detail, left[0].lead, page_of(look, left))


def nothing_moves(look: Look, today: date) -> Seen | None:
    last = look.last_moved_on
    if not look.is_set_up or last > today - STILL:
        return None
    words = _("The last thing that happened was on %(day)s.")
    owner = look.plan.turn or Party.MST_UK
    return Seen(words % {"day": day_label(last)}, owner, page(look, "plan-detail"), last)


def held_long(look: Look, today: date) -> Seen | None:
    since = look.held_since
    if since is None or since > today - HELD_LONG:
        return None
    words = _("It is on hold since %(day)s: take it up again, or withdraw it.")
    return Seen(words % {"day": day_label(since)}, Party.MST_UK, page(look, "plan-detail"), since)


def consultant_missing(look: Look, today: date) -> Seen | None:
    without = look.sight.teams_without_consultant
    if not without or not look.opens_within(NEAR_OPENING, today):
        return None
    words = _("Nobody is assigned to %(teams)s.")
    names = listed([team.name for team in without])
    return Seen(words % {"teams": names}, Party.MST_UK, page(look, "membership-list"))


def team_missing(look: Look, today: date) -> Seen | None:
    if look.sight.teams or not look.opens_within(NEAR_OPENING, today):
        return None
    detail = _("Without a team nobody can be given a post, and nothing opens.")
    return Seen(detail, Party.MST_UK, page(look, "site-detail"))


def exception_open(look: Look, today: date) -> Seen | None:
    for gate in reversed(Gate):
        state = look.gate(gate, today)
        if state.is_passed_by_exception and state.decision is not None:
            still = {c.code: str(c.label) for c in state.obstacles}
            names = [still[code] for code in state.decision.open_items if code in still]
            words = _("“%(gate)s” was passed while this was open, and it is still: %(items)s.")
            return Seen(
                words % {"gate": gate.label, "items": listed(names)},
                Party.PROVIDER,
                page(look, "gate-detail", gate.lower()),
                state.decision.decided_on,
            )
    return None


def review_conditions_open(look: Look, today: date) -> Seen | None:
    outcome = look.sight.facts.get(FactCode.REVIEW_OUTCOME)
    if outcome is None or outcome.value != ReviewOutcome.CONDITIONS or not look.is_set_up:
        return None
    if outcome.holds_on > today - STILL or CLOSED.probe(look.sight, today).is_met:
        return None
    words = _("The review of %(day)s found the site ready with conditions.")
    return Seen(
        words % {"day": day_label(outcome.holds_on)},
        Party.PROVIDER,
        page(look, "fact-detail", "conditions-closed"),
        outcome.holds_on,
    )


def evidence_old(look: Look, today: date) -> Seen | None:
    if not look.is_set_up:
        return None
    shown = [
        (str(fact.get_code_display()), look.evidence.get(str(fact.pk)))
        for fact in look.sight.facts.values()
    ]
    done = (a for a in look.sight.activities if a.completed_on)
    shown += [(f"{a.code} {a.title}", look.evidence.get(str(a.pk))) for a in done]
    old = sorted((day, name) for name, day in shown if day is not None and day < today - A_YEAR)
    if not old:
        return None
    detail = listed([name for _day, name in old])
    return Seen(detail, Party.PROVIDER, page(look, "fact-list"), old[0][0])


def facts_bare(look: Look, today: date) -> Seen | None:
    bare = [
        fact
        for fact in look.sight.facts.values()
        if not fact.source and str(fact.pk) not in look.evidence
    ]
    if not bare:
        return None
    url = page(look, "fact-list")
    if len(bare) == 1:
        url = page(look, "fact-detail", code_in_address(FactCode(bare[0].code)))
    return Seen(listed([str(f.get_code_display()) for f in bare]), Party.PROVIDER, url)


def template_old(look: Look, today: date) -> Seen | None:
    template = look.plan.template
    if not look.is_set_up or template.state != TemplateState.RETIRED:
        return None
    words = _("It follows edition %(number)d of “%(name)s”, which is no longer in use.")
    detail = words % {"number": template.number, "name": template.name}
    return Seen(detail, Party.MST_UK, page(look, "plan-detail"))


HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
PLAN_RULES = [
    Rule(
        "OPENING_PASSED",
        HIGH,
        gettext_lazy("The planned opening day is over"),
        opening_passed,
        remedy=Permission.PLAN_MANAGE,
    ),
    Rule(
        "CONSULTANT_MISSING",
        HIGH,
        gettext_lazy("No consultant near the opening, or after it"),
        consultant_missing,
        remedy=Permission.PEOPLE_MANAGE,
    ),
    Rule("TEAM_MISSING", HIGH, gettext_lazy("No team near the opening"), team_missing),
    Rule(
        "EXCEPTION_OPEN",
        HIGH,
        gettext_lazy("A gate was passed by exception, and something of it is still open"),
        exception_open,
    ),
    Rule(
        "EXCLUSION_UNAGREED",
        HIGH,
        gettext_lazy("Something mandatory is said not to apply, and MST UK has not agreed"),
        exclusion_unagreed,
    ),
    Rule(
        "REVIEW_CONDITIONS",
        HIGH,
        gettext_lazy("Conditions of the readiness review are open for two months"),
        review_conditions_open,
    ),
    Rule(
        "ACTIVITIES_LATE",
        MEDIUM,
        gettext_lazy("Activities are more than four weeks late"),
        activities_late,
    ),
    Rule(
        "OPENING_MOVED",
        MEDIUM,
        gettext_lazy("The opening was moved three times or more"),
        opening_moved,
    ),
    Rule(
        "OPENING_UNPLANNED",
        MEDIUM,
        gettext_lazy("No opening day is planned"),
        opening_unplanned,
        remedy=Permission.PLAN_MANAGE,
    ),
    Rule(
        "NOTHING_MOVES", MEDIUM, gettext_lazy("Nothing has happened for two months"), nothing_moves
    ),
    Rule("HELD_LONG", MEDIUM, gettext_lazy("On hold for more than three months"), held_long),
    Rule(
        "OWNER_LEFT", MEDIUM, gettext_lazy("Who is to do it has no role here any more"), owner_left
    ),
    Rule("EVIDENCE_OLD", LOW, gettext_lazy("Evidence is older than a year"), evidence_old),
    Rule("FACTS_BARE", LOW, gettext_lazy("Facts without evidence"), facts_bare),
    Rule(
        "ACTIVITIES_UNOWNED",
        LOW,
        gettext_lazy("Due within four weeks, and nobody's"),
        activities_unowned,
    ),
    Rule("TEMPLATE_OLD", LOW, gettext_lazy("The plan follows an edition out of use"), template_old),
]
