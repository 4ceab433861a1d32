"""docs/roles.md, which commissioners are shown, says what the table of permissions says."""

from pathlib import Path

from django.conf import settings

from mst_sites.accounts.permissions import ROLE_PERMISSIONS, Permission, Role

P = Permission
COLUMNS = {
    "Steering group": Role.STEERING_GROUP_MEMBER,
    **{str(role.label): role for role in Role},
}
# Each line of the table: what lets somebody read it, and what lets somebody work on it.
LINES = {
    "sites, teams, people": ({P.SITE_VIEW}, {P.SITE_MANAGE, P.PEOPLE_MANAGE}),
    "roles for the whole country, history of who did what, templates": (
        {},
        {P.COUNTRY_ROLE_GRANT, P.AUDIT_VIEW, P.TEMPLATE_MANAGE},
    ),
    "what could not be sent or drawn": ({}, {P.DELIVERY_MANAGE}),
    "enquiries": ({}, {P.ENQUIRY_MANAGE}),
    "set-up plan and its evidence": ({P.PLAN_VIEW}, {P.PLAN_WORK}),
    "plans begun, moved, held, gates decided": ({}, {P.PLAN_MANAGE}),
    "a gate decided against open conditions": ({}, {P.GATE_OVERRIDE}),
    "need and capacity": ({P.NEEDS_VIEW}, {P.NEEDS_EDIT}),
    "funding": ({P.FUNDING_VIEW}, {P.FUNDING_EDIT}),
    "self-assessment of change": ({P.CHANGE_VIEW}, {P.CHANGE_ANSWER}),
    "steering group, meetings, minutes": ({P.MEETING_VIEW}, {P.MEETING_MANAGE}),
    "actions": ({P.ACTION_VIEW}, {P.ACTION_EDIT}),
    "weekly notes": ({P.NOTE_VIEW}, {P.NOTE_FILE, P.NOTE_ACKNOWLEDGE}),
    "what weekly notes ask of MST UK, answered": ({}, {P.ESCALATION_ANSWER}),
    "families' episodes and adherence scores, without names": (
        {P.EPISODE_VIEW},
        {P.EPISODE_IMPORT},
    ),
    "drafts of performance reviews": ({}, {P.REVIEW_DRAFT}),
    "performance reviews written and issued": ({}, {P.REVIEW_WRITE}),
    "issued performance reviews, every count": ({P.REVIEW_VIEW_FULL}, {}),
    "issued performance reviews, small numbers hidden": ({P.REVIEW_VIEW}, {}),
    "progress of sites": ({P.PROGRESS_VIEW}, {}),
    "many sites side by side": ({P.PORTFOLIO_VIEW}, {}),
    "signatures": ({}, {P.SIGN}),
}
# Steps within a line that the page tells in words: who edits the plan's days beside its evidence.
WITHIN = {P.PLAN_EDIT}


def table():
    """Return line → role → what stands there."""
    lines = (settings.BASE_DIR / Path("docs/roles.md")).read_text().splitlines()
    rows = [[cell.strip() for cell in each.split("|")[1:-1]] for each in lines if each[:1] == "|"]
    heading = [COLUMNS[name] for name in rows[0][1:]]
    return {name: dict(zip(heading, cells, strict=True)) for name, *cells in rows[2:]}


def test_page_of_roles_says_what_the_permissions_say():
    said = {
        line: {
            role: "W" if held & set(work) else "R" if held & set(read) else ""
            for role, held in ROLE_PERMISSIONS.items()
        }
        for line, (read, work) in LINES.items()
    }

    assert table() == said


def test_page_of_roles_leaves_no_permission_out():
    named = {each for read, work in LINES.values() for each in (*read, *work)}

    assert named | WITHIN == set(P)
