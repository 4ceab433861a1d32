"""What the pages of records show, as the look's tables."""

from datetime import date
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from mst_sites.look import statuses
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import day_label
from mst_sites.records.models import Action, ActionState, Attachment
from mst_sites.tenancy.models import Site

STATUSES = {ActionState.OPEN: "open", ActionState.DONE: "done", ActionState.DROPPED: "cancelled"}


Places = set[UUID | None]  # teams, and None for a site as a whole


def action_table(page: Any, params: Any, *, site: Site, may_edit_on: Places, today: date) -> Table:
    columns = [
        Column(_("What is to be done")),
        Column(_("Who")),
        Column(_("By when"), one_line=True),
        Column(_("Team")),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                Cell(
                    action.text,
                    url=reverse("action-close", args=[site.slug, action.pk])
                    if action.team_id in may_edit_on and action.state == ActionState.OPEN
                    else "",
                    note=action.outcome,
                ),
                action.owner.full_name,
                day_label(action.due_on) if action.due_on else _("no date"),
                action.team.name if action.team else _("whole site"),
                state_cell(action, today=today),
            ]
        )
        for action in page
    ]
    return Table(
        _("Actions"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No action matches."),
    )


def state_cell(action: Action, *, today: date) -> Cell:
    if action.state == ActionState.OPEN and action.due_on and action.due_on < today:
        return Cell(status="late")
    return Cell(str(ActionState(action.state).label), status=STATUSES[ActionState(action.state)])


def attachment_table(page: Any, params: Any, *, site: Site, may_edit_on: Places) -> Table:
    columns = [
        Column(_("File")),
        Column(_("Date on it")),
        Column(_("Received")),
        Column(_("From")),
        Column(_("Team")),
        Column(_("Size"), numeric=True),
        *([Column(_("Change"))] if may_edit_on else []),
    ]
    rows = [
        Row(
            [
                file_cell(file, site),
                day_label(file.dated_on) if file.dated_on else _("none"),
                date_format(localtime(file.received_at), "j F Y, H:i"),
                file.uploaded_by.full_name if file.uploaded_by else _("The system"),
                file.team.name if file.team else _("whole site"),
                filesizeformat(file.size),
                *([remove_cell(file, site, may_edit_on)] if may_edit_on else []),
            ]
        )
        for file in page
    ]
    return Table(
        _("Files"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No file is kept here."),
    )


def file_cell(file: Attachment, site: Site) -> Cell:
    """Name a file with the way to it; under one that nobody gets stands why."""
    url = reverse("attachment-download", args=[site.slug, file.pk])
    return Cell(file.name, url=url, note=statuses.draw(file.scan) if file.is_withheld else "")


def remove_cell(file: Attachment, site: Site, may_edit_on: Places) -> Cell | str:
    if file.team_id not in may_edit_on:
        return ""
    return Cell(_("Remove"), url=reverse("attachment-remove", args=[site.slug, file.pk]))
