"""The dated facts of a site: what stands, what was taken back, and the files that show it."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from implementation.models import FactCode, SiteFact
from mst_sites.records.models import Attachment
from mst_sites.tenancy.models import Site

# What MST UK alone says of a site: it is MST UK's licence, and MST UK's judgement.
OF_MST_UK = frozenset(
    {
        FactCode.LICENCE_SIGNED,
        FactCode.REVIEW_HELD,
        FactCode.REVIEW_OUTCOME,
        FactCode.CONDITIONS_CLOSED,
    }
)
SUBJECT = "implementation.sitefact"


def facts_of(site: Site) -> QuerySet[SiteFact]:
    """Return every fact of a site, those that were taken back included."""
    facts: QuerySet[SiteFact] = SiteFact.objects.filter(site=site)
    return facts.select_related("recorded_by", "withdrawn_by")


def standing_facts(site: Site) -> dict[FactCode, SiteFact]:
    """Return what stands of a site, by its code."""
    standing = SiteFact.objects.filter(site=site).standing().select_related("recorded_by")
    return {FactCode(fact.code): fact for fact in standing}


def standing_fact(site: Site, code: str) -> SiteFact | None:
    """Return the one fact of a code that stands, None while there is none."""
    fact: SiteFact | None = SiteFact.objects.filter(site=site, code=code).standing().first()
    return fact


def former_facts(site: Site, *, code: FactCode | None = None) -> QuerySet[SiteFact]:
    """Return what was taken back or replaced, the latest first."""
    former = facts_of(site).exclude(withdrawn_at=None)
    if code is not None:
        former = former.filter(code=code)
    return former.order_by("-withdrawn_at", "id")


def evidence_of(site: Site, facts: Iterable[SiteFact]) -> dict[UUID, list[Attachment]]:
    """Return the files of some facts of a site, by the fact, in one query."""
    files: dict[UUID, list[Attachment]] = defaultdict(list)
    found = Attachment.objects.filter(
        site=site,
        removed_at=None,
        subject_type=SUBJECT,
        subject_id__in=[str(fact.pk) for fact in facts],
    )
    for file in found.select_related("uploaded_by").order_by("received_at", "id"):
        files[UUID(file.subject_id)].append(file)
    return files
