"""Enquiries for the inbox of MST UK."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.text import slugify

from implementation.models import Enquiry, EnquiryNote, EnquiryState
from mst_sites.accounts.models import User
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Site

# In these the text of the search bar is looked for.
SEARCHED = ("organisation", "area", "contact_name", "email", "need")
LONGEST_SLUG = 60
OFFERED = 200  # enquiries among which one says of which it is a duplicate


def enquiries_matching(filters: dict[str, Any], *, user: User) -> QuerySet[Enquiry]:
    """Return the enquiries that the filter bar asks for: the open ones first, the unanswered on top."""
    found = Enquiry.objects.select_related("owner", "site")
    if text := str(filters.get("q") or "").strip():
        found = found.filter(said_somewhere(text))
    narrowing = {
        "nation": Q(nation=filters.get("nation")),
        "owner": {"mine": Q(owner=user), "nobody": Q(owner=None)}.get(str(filters.get("owner"))),
        "state": Q(state=EnquiryState.OPEN, first_answered_on=None)
        if filters.get("state") == "unanswered"
        else Q(state=filters.get("state")),
    }
    for name, condition in narrowing.items():
        if filters.get(name) and condition is not None:
            found = found.filter(condition)
    # "OPEN" stands after "CLOSED" in the alphabet.
    ordered: QuerySet[Enquiry] = found.order_by(
        F("state").desc(),
        F("closed_at").desc(nulls_first=True),
        F("first_answered_on").asc(nulls_first=True),
        "received_at",
        "id",
    )
    return ordered


@dataclass(frozen=True)
class Waiting:
    """How many enquiries nobody has answered, and since when the first of them waits."""

    count: int
    since: date


def waiting_enquiries() -> Waiting | None:
    """Return what waits for a first answer, None if nothing does."""
    found = Enquiry.objects.unanswered().aggregate(count=Count("pk"), since=Min("received_at"))
    return Waiting(found["count"], local_day(found["since"])) if found["count"] else None


def said_somewhere(text: str) -> Q:
    """Return the condition that a text stands in an enquiry, or is its reference."""
    anywhere = Q()
    for name in SEARCHED:
        anywhere |= Q(**{f"{name}__icontains": text})
    if text.upper().startswith("E-"):
        anywhere |= Q(pk__startswith=text[2:].lower())
    return anywhere


def all_enquiries() -> QuerySet[Enquiry]:
    found: QuerySet[Enquiry] = Enquiry.objects.select_related(
        "owner", "site", "closed_by", "duplicate_of"
    )
    return found


def notes_of(enquiry: Enquiry) -> QuerySet[EnquiryNote]:
    """Return what was written about an enquiry, the first first."""
    notes = EnquiryNote.objects.filter(enquiry=enquiry).select_related("author")
    return notes.order_by("written_at", "id")


def others_than(enquiry: Enquiry) -> QuerySet[Enquiry]:
    """Return what an enquiry may be a duplicate of, the likeliest first."""
    others = Enquiry.objects.exclude(pk=enquiry.pk).exclude(duplicate_of=enquiry)
    likely: QuerySet[Enquiry] = others.annotate(
        is_alike=Q(email__iexact=enquiry.email) | Q(organisation__iexact=enquiry.organisation)
    ).order_by("-is_alike", "-received_at", "id")
    offered = list(likely.values_list("pk", flat=True)[:OFFERED])
    return likely.filter(pk__in=offered)  # a choice looks for its row, which no slice allows


def people_of_mst_uk() -> QuerySet[User]:
    """Return those who may look after an enquiry."""
    return User.objects.filter(is_active=True).exclude(country_role="").order_by("full_name", "id")


def enquiry_of(site: Site) -> Enquiry | None:
    """Return what a site began as; to others than MST UK there is none."""
    found: Enquiry | None = Enquiry.objects.filter(site=site).first()
    return found


def free_slug(area: str) -> str:
    """Propose an address for a site of this area that no other site has."""
    stem = slugify(area)[: LONGEST_SLUG - 4].strip("-") or "site"
    taken = set(Site.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken and slug != "new")
