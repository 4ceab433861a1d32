"""Who draws a kind of document and who may read which copy; the apps above are named in settings, not imported."""

from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from mst_sites.accounts.permissions import Permission
from mst_sites.delivery.models import Document

Progress = Callable[[int, int], None]


class Renderer(Protocol):
    """Called inside the scope of the document's site, in a transaction.

    It reads what it needs and returns a function that draws the bytes. That is called after the transaction, so
    that none stays open for seconds. Both may say how far they are with `progress(done, total)`; equal input
    must give equal bytes.
    """

    def __call__(self, document: Document, progress: Progress) -> Callable[[], bytes]: ...


def renderer_of(kind: str) -> Renderer:
    """Return what draws a kind of document.

    :raises KeyError: nothing does.
    """
    found: Any = import_string(settings.DOCUMENT_RENDERERS[kind])
    return found  # type: ignore[no-any-return] # only its path is known here


def permission_if_replaced(document: Document) -> Permission | None:
    """Return what a reader must hold besides, if a later document has replaced this one."""
    if document.kind not in settings.DOCUMENT_REPLACED:
        return None
    path, code = settings.DOCUMENT_REPLACED[document.kind]
    is_replaced: Any = import_string(path)
    return Permission(code) if is_replaced(document) else None


def permission_to_read(document: Document) -> Permission | None:
    """Return what a reader of this copy must hold; None means that nobody may read it."""
    code = settings.DOCUMENT_READERS.get((document.kind, document.audience))
    return Permission(code) if code else None
