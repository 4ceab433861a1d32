"""What the directory's pages show, as the look's tables and facts."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.look.parts import Fact
from mst_sites.look.tables import Cell, Column, Page, Row, Table, words_of
from mst_sites.periods import day_label, local_day, short_day
from mst_sites.tenancy.models import (
    Membership,
    MstModel,
    Nation,
    Phase,
    PhaseChange,
    Site,
    Team,
)

SITE_ORDERS = {
    "name": ("name", "id"),
    "nation": ("nation", "name", "id"),
    "phase": ("phase", "name", "id"),
}


def site_order(sort: str) -> tuple[str, ...]:
    """Return the order that a column heading asks for; anything unknown is by name."""
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    first, *rest = SITE_ORDERS.get(name, SITE_ORDERS["name"])
    return (f"-{first}" if falling and name in SITE_ORDERS else first, *rest)


def site_table(page: Any, params: Any) -> Table:
    columns = [
        Column(_("Site"), sort_by="name"),
        Column(_("Phase"), sort_by="phase"),
        Column(_("Nation"), sort_by="nation"),
        Column(_("MST model")),
        Column(_("Provider")),
    ]
    phases, nations, models = words_of(Phase), words_of(Nation), words_of(MstModel)
    rows = [
        Row(
            [
                Cell(site.name, url=reverse("site-detail", args=[site.slug])),
                Cell(phases[site.phase], status=site.phase.lower()),
                nations[site.nation],
                models[site.model],
                site.provider.name if site.provider else _("not chosen"),
            ]
        )
        for site in page
    ]
    return Table(
        _("Sites"),
        columns,
        rows,
        sort=params.get("sort", "name"),
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No site matches these filters."),
    )


def site_facts(site: Site) -> list[Fact]:
    return [
        Fact(_("Phase"), site.get_phase_display(), status=site.phase.lower()),
        Fact(_("Opened"), short_day(site.opened_on) or _("not yet")),
        Fact(_("Nation"), ", ".join(filter(None, [site.get_nation_display(), site.region]))),
        Fact(_("MST model"), site.get_model_display()),
        Fact(_("Provider"), site.provider.name if site.provider else _("not chosen yet")),
    ]


def closed_title(closing: PhaseChange | None) -> str:
    """Say when a site was closed and by whom, as far as that was written down."""
    if closing is None:
        return _("This site is closed")
    told = {
        "day": day_label(local_day(closing.changed_at)),
        "name": closing.changed_by.full_name if closing.changed_by else "",
    }
    if not closing.changed_by:
        return _("This site was closed on %(day)s") % told
    return _("This site was closed on %(day)s by %(name)s") % told


def team_facts(team: Team) -> list[Fact]:
    return [
        Fact(_("MST model"), team.get_model_display()),
        Fact(_("Opened"), short_day(team.opened_on) or _("not yet")),
    ]


def member_table(members: Iterable[Membership]) -> Table:
    columns = [Column(_("Name")), Column(_("Role")), Column(_("Since"))]
    rows = [
        Row([m.user.full_name, m.get_role_display(), short_day(local_day(m.began_at))])
        for m in members
    ]
    return Table(
        _("People in this team"),
        columns,
        rows,
        caption_hidden=True,
        empty=_("Nobody has a role in this team yet."),
    )


def membership_table(site: Site, members: Iterable[Membership]) -> Table:
    """Show who holds which role on a site, each with the way to end it."""
    columns = [
        Column(_("Name")),
        Column(_("Role")),
        Column(_("Team")),
        Column(_("Since")),
        Column(_("Change")),
    ]
    rows = [
        Row(
            [
                Cell(m.user.full_name, url=reverse("person-detail", args=[m.user_id])),
                m.get_role_display(),
                m.team.name if m.team else _("whole site"),
                short_day(local_day(m.began_at)),
                Cell(end_of(m), url=reverse("membership-end", args=[site.slug, m.pk])),
            ]
        )
        for m in members
    ]
    return Table(_("Who holds which role now"), columns, rows, caption_hidden=True)


def end_of(membership: Membership) -> str:
    """Name the link that ends a role: a screen reader hears whose, for many links say the same."""
    whose = f"{membership.user.full_name}, {membership.get_role_display()}"
    return format_html('{}<span class="visually-hidden"> {}</span>', _("End"), whose)


def organisation_table(page: Any, params: Any) -> Table:
    columns = [
        Column(_("Name")),
        Column(_("Kind")),
        Column(_("Sites"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(organisation.name, url=reverse("organisation-change", args=[organisation.pk])),
                organisation.get_kind_display(),
                str(organisation.site_count),
            ]
        )
        for organisation in page
    ]
    return Table(
        _("Organisations"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No organisation is here yet."),
    )


def person_table(page: Any, params: Any) -> Table:
    columns = [
        Column(_("Name")),
        Column(_("E-mail address")),
        Column(_("For the whole country")),
        Column(_("Roles on sites"), numeric=True),
        Column(_("May sign in")),
    ]
    rows = [
        Row(
            [
                Cell(user.full_name, url=reverse("person-detail", args=[user.pk])),
                user.email,
                user.get_country_role_display() or _("none"),
                str(user.role_count),
                sign_in_state(user),
            ]
        )
        for user in page
    ]
    return Table(
        _("People"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("Nobody matches this search."),
    )


def sign_in_state(user: User) -> str:
    if not user.is_active:
        return _("No: closed")
    return _("Yes") if user.has_usable_password() else _("Invited")


def person_facts(user: User) -> list[Fact]:
    return [
        Fact(_("E-mail address"), user.email),
        Fact(_("Role for the whole country"), user.get_country_role_display() or _("none")),
        Fact(_("May sign in"), sign_in_state(user)),
        Fact(_("Here since"), short_day(local_day(user.joined_at))),
    ]


def role_table(memberships: Iterable[Membership]) -> Table:
    columns = [
        Column(_("Site")),
        Column(_("Team")),
        Column(_("Role")),
        Column(_("Since")),
        Column(_("Until")),
    ]
    rows = [
        Row(
            [
                Cell(m.site.name, url=reverse("membership-list", args=[m.site.slug])),
                m.team.name if m.team else _("whole site"),
                m.get_role_display(),
                short_day(local_day(m.began_at)),
                short_day(local_day(m.ended_at)) if m.ended_at else _("now"),
            ]
        )
        for m in memberships
    ]
    return Table(
        _("Roles on sites"), columns, rows, caption_hidden=True, empty=_("No role on any site.")
    )
