"""Comments: written, answered, resolved."""

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.records.models import Comment
from mst_sites.records.operations.subjects import hanging_on
from mst_sites.records.operations.texts import admit_at
from mst_sites.tenancy.models import Site


def add_comment(  # noqa: PLR0913 - each is a field of the form
    *,
    site: Site,
    subject: models.Model,
    text: str,
    quote: str = "",
    anchor: str = "",
    parent: Comment | None = None,
    comment_id: UUID | None = None,
    confirmed_reason: str = "",
    by: User,
) -> Comment:
    """Say something about a row, or answer what somebody said.

    :param comment_id: made by the form, so that a submit that is repeated is the same comment.
    :raises ValidationError: no text, an answer to something else, or text that could identify a person.
    """
    texts = {"text": text, "quote": quote}
    cleaned, told = admit_at(
        site, texts, today=timezone.localdate(), confirmed_reason=confirmed_reason
    )
    place = hanging_on(subject, site)
    if parent is not None and not belongs(parent, place):
        raise ValidationError(_("The comment that you answer is about something else."))
    comment = Comment(
        **place,
        **cleaned,
        pk=comment_id or uuid4(),
        anchor=anchor,
        author=by,
        parent=parent.parent or parent if parent else None,  # answers to answers stand beside them
        written_at=timezone.now(),
    )
    with transaction.atomic():
        if again := Comment.objects.filter(pk=comment.pk, site=site, author=by).first():
            return again
        comment.full_clean()
        comment.save(force_insert=True)
        audit.record("comment.added", site=site, subject=comment, details=told, by=by)
    return comment


def resolve_comment(*, comment: Comment, by: User) -> Comment:
    """Say that a comment needs nothing more; said twice, it stays with who said it first."""
    with transaction.atomic():
        current: Comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        if current.resolved_at is None:
            current.resolved_at, current.resolved_by = timezone.now(), by
            current.full_clean()
            current.save()
            audit.record("comment.resolved", site=current.site, subject=current, by=by)
    return current


def remove_comments(*, site: Site, subject: models.Model, by: User | None) -> None:
    """Delete what was said of a row that is deleted itself: nobody could find it any more, nor have it erased."""
    place = hanging_on(subject, site)
    keys = ("site", "subject_type", "subject_id")
    comments = Comment.objects.filter(**{key: place[key] for key in keys})
    with transaction.atomic():
        answers, _of_each = comments.exclude(parent=None).delete()
        first, _of_each = comments.delete()
        if count := answers + first:
            details = {"count": count}
            audit.record("comments.removed", site=site, subject=subject, details=details, by=by)


def belongs(parent: Comment, place: dict[str, object]) -> bool:
    keys = ("subject_type", "subject_id")
    return parent.site == place["site"] and all(getattr(parent, key) == place[key] for key in keys)
