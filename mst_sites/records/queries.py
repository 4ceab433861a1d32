"""Reads of records: lists for pages, and threads for any page that shows one."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from mst_sites.accounts.models import User
from mst_sites.free_text import known_names
from mst_sites.look.parts import Remark
from mst_sites.records.models import Action, ActionState, Attachment, Comment, SignOff
from mst_sites.tenancy.models import Membership, Site

SOONEST_FIRST = (F("due_on").asc(nulls_last=True), "raised_at", "id")


def open_actions_of(user: User) -> QuerySet[Action]:
    """Return what somebody has still to do on the sites that this transaction sees, the soonest first."""
    mine = Action.objects.filter(owner=user, state=ActionState.OPEN).select_related("site")
    return mine.order_by(*SOONEST_FIRST)


def actions_of(
    *, site: Site, teams: Any, state: str = ActionState.OPEN, owner: User | None = None
) -> QuerySet[Action]:
    """Return the actions of a site as a whole and of the given teams, the soonest first."""
    actions = Action.objects.filter(site=site).of_teams(teams).select_related("owner", "team")
    if state:
        actions = actions.filter(state=state)
    if owner:
        actions = actions.filter(owner=owner)
    return actions.order_by(*SOONEST_FIRST)


def people_of(site: Site) -> QuerySet[User]:
    """Return who holds a role on the site now, MST UK's own staff included."""
    here = Membership.objects.filter(site=site, ended_at=None).values("user")
    everybody = User.objects.filter(is_active=True).filter(Q(pk__in=here) | ~Q(country_role=""))
    return everybody.order_by("full_name", "id")


def names_at_work(site: Site) -> set[str]:
    """Return the names of who works on a site or did, and of MST UK's people: what is typed there may name them."""
    here = Membership.objects.filter(site=site).values("user")
    people = User.objects.filter(Q(pk__in=here) | ~Q(country_role=""))
    return known_names(people.values_list("full_name", flat=True))


def thread_of(subject: Any, *, site: Site) -> list[Remark]:
    """Return the comments on a row with their answers, in the order of writing; two levels deep."""
    comments = list(
        Comment.objects.filter(site=site)
        .about(subject)
        .select_related("author")
        .order_by("written_at", "id")
    )
    answers = defaultdict(list)
    for comment in comments:
        if comment.parent_id:
            answers[comment.parent_id].append(remark_of(comment, ()))
    return [remark_of(c, answers[c.pk]) for c in comments if not c.parent_id]


def remark_of(comment: Any, replies: Iterable[Remark]) -> Remark:
    return Remark(
        by=comment.author.full_name,
        at=comment.written_at,
        text=comment.text,
        quote=comment.quote,
        resolved=comment.resolved_at is not None,
        replies=tuple(replies),
        id=f"comment-{comment.pk}",
    )


def attachments_of(*, site: Site, teams: Any) -> QuerySet[Attachment]:
    """Return the files of a site and of the given teams that are still there, the newest first."""
    files = Attachment.objects.filter(site=site, removed_at=None).of_teams(teams)
    return files.select_related("uploaded_by", "team").order_by("-received_at", "id")


def attachments_on(subject: Any, *, site: Site) -> QuerySet[Attachment]:
    """Return the files on one row, the newest first."""
    files: QuerySet[Attachment] = Attachment.objects.filter(site=site, removed_at=None).about(
        subject
    )
    return files.select_related("uploaded_by").order_by("-received_at", "id")


def all_attachments_of(site: Site) -> QuerySet[Attachment]:
    """Return the files on whatever rows of a site; who may read which is for the page to say."""
    return Attachment.objects.filter(site=site, removed_at=None).select_related("site")


def files_waiting_for_scan() -> QuerySet[Attachment]:
    """Return the files that are kept back until the virus scanner has answered, of every site in scope."""
    waiting: QuerySet[Attachment] = Attachment.objects.waiting()
    return waiting


def sign_offs_of(subject: Any, *, site: Site) -> QuerySet[SignOff]:
    """Return who signed a row, the first one first."""
    signed = SignOff.objects.filter(site=site).about(subject).select_related("signer")
    return signed.order_by("signed_at", "id")
