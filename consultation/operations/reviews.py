"""The life of a review: asked for, written, discarded or issued, and from then on the same for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultation import queries
from consultation.models import Review, ReviewState
from consultation.models.snapshot import Issue, Narrative, fingerprint
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.models import Audience
from mst_sites.free_text import clean, identifying, one_line
from mst_sites.languages import speaking, spoken
from mst_sites.periods import Period, day_label, local_day
from mst_sites.records import operations as records
from mst_sites.records.queries import names_at_work
from mst_sites.tenancy.models import SiteCommissioner, Team
from mst_sites.tenancy.versions import ClashError, GoneError

DOCUMENT = "review"  # the kind that delivery draws
SHORTEST = timedelta(weeks=4)  # what fewer weeks say is chance
MOST_ENTRIES = {"strengths": 3, "barriers": 3, "recommendations": 12}
LONGEST = {"summary": 6_000, "strengths": 800, "barriers": 800, "recommendations": 800}


@dataclass(frozen=True)
class Words:
    """What a person typed for a review, and why what looks like an identifier may stay."""

    narrative: Narrative
    identifier_reason: str = ""


class IssuedReviewError(RuntimeError):
    """An issued review never changes; a correction is the next edition."""


def request_review(
    *, team: Team, period: Period, edition: int = 1, now: datetime, by: User | None
) -> Review:
    """Begin an edition of a review with today's figures; asked for again, answer with the one that is there.

    A further edition begins with the words of the one that it will supersede.

    :raises ValidationError: no review can be of this period, it is too short or has not begun, or the edition does
        not follow an issued one.
    """
    today = local_day(now)
    period = queries.period_of(period.starts_on, period.last_day)
    if edition == 1 and period.ends_on - period.starts_on < SHORTEST:
        raise ValidationError({"last_day": _("A review covers at least four weeks.")})
    if period.starts_on > today:
        raise ValidationError(_("This period has not begun yet."))
    with transaction.atomic():
        Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
        there = {review.edition: review for review in _editions(team, period)}
        if edition in there:
            return there[edition]
        before = there.get(edition - 1)
        if edition != 1 and not (before and before.is_issued):
            raise ValidationError(_("A new edition follows one that was issued."))
        review = Review(
            site=team.site,
            team=team,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            edition=edition,
            language=spoken(team.site.language),
            supersedes=before,
            requested_by=by,
            requested_at=now,
        )
        if before is not None:
            _copy_words(before, review)
        _take_figures(review, today=today)
        review.full_clean(exclude=["site", "team", "requested_by", "supersedes"])
        review.save(force_insert=True)
        _record("review.requested", review, by=by)
    return review


def refresh_review(*, review: Review, version: int, now: datetime, by: User | None) -> Review:
    """Take today's figures into a draft.

    :raises IssuedReviewError: it is none.
    :raises ClashError: somebody else changed it.
    """
    with transaction.atomic():
        current = _draft(review, version)
        _take_figures(current, today=local_day(now))
        current.save()
        _record("review.refreshed", current, by=by)
    return current


def write_review(
    *, review: Review, version: int, words: Words, now: datetime, by: User | None
) -> Review:
    """Keep what people say about the figures.

    :raises ValidationError: a text is too long, or may identify somebody and no reason is given.
    :raises IssuedReviewError: it is no draft.
    :raises ClashError: somebody else changed it.
    """
    words = _cleaned(words)
    _refuse_too_much(words.narrative)
    with transaction.atomic():
        faults, rules = identifying(
            _by_field(words.narrative),
            reason=words.identifier_reason,
            reason_field="identifier_reason",
            allowed_names=names_at_work(review.site),
            today=local_day(now),
        )
        if faults:
            raise ValidationError(faults)
        current = _draft(review, version)
        current.summary = words.narrative.summary
        for name in MOST_ENTRIES:
            setattr(current, name, "\n".join(getattr(words.narrative, name)))
        current.identifier_reason = words.identifier_reason if rules else ""
        current.save()
        _record("review.written", current, by=by, identifier_rules=rules)
    return current


def discard_review(*, review: Review, version: int, by: User | None) -> None:
    """Delete a draft, and the comments on it; its figures can be counted anew. A second time changes nothing.

    :raises IssuedReviewError: it is no draft.
    :raises ClashError: somebody else changed it.
    """
    with transaction.atomic():
        try:
            draft = _draft(review, version)
        except GoneError:
            return  # it is gone already: the button was pressed twice
        _record("review.discarded", draft, by=by)
        records.remove_comments(site=draft.site, subject=draft, by=by)
        draft.delete()


def issue_review(*, review: Review, version: int, now: datetime, by: User | None) -> Review:
    """Freeze a review with its words and have both copies drawn; issued again, answer with the issued one.

    :raises ValidationError: the period is not over.
    :raises ClashError: somebody else changed the draft.
    """
    today = local_day(now)
    if review.ends_on > today:
        words = _("This period ends on %(day)s: it can be issued after that.")
        raise ValidationError(words % {"day": day_label(review.period.last_day)})
    with transaction.atomic():
        current = _locked(review)
        if current.is_issued:
            return current
        if current.version != version:
            raise ClashError(current)
        content = queries.content_of(current).issued(_issue(current, now=now, by=by))
        current.snapshot = content.as_json()
        current.snapshot_sha256 = fingerprint(current.snapshot)
        current.state = ReviewState.ISSUED
        current.issued_by, current.issued_at = by, now
        current.version += 1
        current.save()
        _record("review.issued", current, by=by)
        _have_drawn(current, by=by)
    return current


def read_review(*, review: Review, in_full: bool, by: User | None) -> None:
    """Record that somebody read an issued review."""
    with transaction.atomic():
        audience = Audience.FULL if in_full else Audience.COMMISSIONER
        _record("review.read", review, by=by, audience=audience.value)


def _editions(team: Team, period: Period) -> Iterable[Review]:
    return Review.objects.filter(
        site=team.site_id, team=team, starts_on=period.starts_on, ends_on=period.ends_on
    ).select_related("team", "site")


def _locked(review: Review) -> Review:
    locked = Review.objects.select_for_update(of=("self",), no_key=True).filter(pk=review.pk)
    found: Review | None = locked.select_related("site", "team", "requested_by").first()
    if found is None:
        raise GoneError
    return found


def _draft(review: Review, version: int) -> Review:
    current = _locked(review)
    if current.is_issued:
        raise IssuedReviewError(str(current.pk))
    if current.version != version:
        raise ClashError(current)
    current.version += 1
    return current


def _copy_words(before: Review, review: Review) -> None:
    for name in ("summary", "identifier_reason", *MOST_ENTRIES):
        setattr(review, name, getattr(before, name))


def _take_figures(review: Review, *, today: date) -> None:
    content = queries.review_content(team=review.team, period=review.period, today=today)
    review.snapshot = content.as_json()
    review.snapshot_sha256 = fingerprint(review.snapshot)


def _issue(review: Review, *, now: datetime, by: User | None) -> Issue:
    commissioners = SiteCommissioner.objects.filter(site=review.site).order_by("organisation__name")
    provider = review.site.provider
    return Issue(
        edition=review.edition,
        prepared_by=review.requested_by.full_name if review.requested_by else "",
        issued_by=by.full_name if by else "",
        issued_at=now,
        distribution=(
            *([provider.name] if provider else []),
            *commissioners.values_list("organisation__name", flat=True),
        ),
        supersedes=review.supersedes.snapshot_sha256 if review.supersedes else "",
    )


def _have_drawn(review: Review, *, by: User | None) -> None:
    with speaking(review.language):
        titles = {
            Audience.FULL: _("Performance Implementation Review, %(team)s, %(period)s"),
            Audience.COMMISSIONER: _(
                "Performance Implementation Review, %(team)s, %(period)s, commissioners' copy"
            ),
        }
        place = {"team": review.team.name, "period": review.period.label}
    for audience, title in titles.items():
        delivery.request_document(
            site=review.site,
            kind=DOCUMENT,
            subject=review,
            audience=audience,
            title=(title % place)[:200],
            version=review.edition,
            by=by,
        )


def _cleaned(words: Words) -> Words:
    """Bring typed text into one form; an entry of a list is one line, and has no field of its own for a fault."""
    narrative, at = words.narrative, NON_FIELD_ERRORS
    lists = {
        name: tuple(filter(None, (one_line(at, entry) for entry in getattr(narrative, name))))
        for name in MOST_ENTRIES
    }
    summary = clean(at, narrative.summary).strip()
    reason = one_line(at, words.identifier_reason)
    return Words(Narrative(summary, **lists), reason)


def _refuse_too_much(narrative: Narrative) -> None:
    faults = {}
    for field, text in _by_field(narrative).items():
        most = LONGEST[_list_of(field)]
        lines = [text] if field == "summary" else text.split("\n")
        if max(map(len, lines)) > most:
            faults[field] = _("Use at most %(most)d characters.") % {"most": most}
    for name, most in MOST_ENTRIES.items():
        if len(getattr(narrative, name)) > most:
            faults[name] = _("Give at most %(most)d.") % {"most": most}
    if faults:
        raise ValidationError(faults)


def _by_field(narrative: Narrative) -> dict[str, str]:
    """Give each text by the name of the form field that it was typed into."""
    return {
        "summary": narrative.summary,
        **{f"strength_{place}": text for place, text in enumerate(narrative.strengths, 1)},
        **{f"barrier_{place}": text for place, text in enumerate(narrative.barriers, 1)},
        "recommendations": "\n".join(narrative.recommendations),
    }


def _list_of(field: str) -> str:
    kinds = {"strength": "strengths", "barrier": "barriers"}
    return kinds.get(field.partition("_")[0], field)


def _record(action: str, review: Review, *, by: User | None, **details: object) -> None:
    told = {
        "period": [review.starts_on.isoformat(), review.ends_on.isoformat()],
        "edition": review.edition,
        "sha256": review.snapshot_sha256,
        **details,
    }
    audit.record(action, site=review.site, subject=review, details=told, by=by)
