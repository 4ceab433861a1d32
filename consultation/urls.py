"""Addresses of consultation."""

from django.urls import URLPattern, URLResolver, path

from consultation import views

TEAM = "sites/<slug:site_slug>/teams/<slug:team_slug>"
NOTES = f"{TEAM}/notes"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{NOTES}/", views.NoteList.as_view(), name="note-list"),
    path(f"{NOTES}/new/", views.NoteCreate.as_view(), name="note-create"),
    path(f"{NOTES}/autosave/", views.NoteAutosave.as_view(), name="note-autosave"),
    path(f"{NOTES}/<uuid:pk>/", views.NoteDetail.as_view(), name="note-detail"),
    path(f"{NOTES}/<uuid:pk>/amend/", views.NoteAmend.as_view(), name="note-amend"),
    path(f"{NOTES}/<uuid:pk>/changes/", views.NoteChanges.as_view(), name="note-changes"),
    path(
        f"{NOTES}/<uuid:pk>/acknowledge/", views.NoteAcknowledge.as_view(), name="note-acknowledge"
    ),
    path(f"{NOTES}/<uuid:pk>/discard/", views.NoteDiscard.as_view(), name="note-discard"),
    path(f"{NOTES}/<uuid:pk>/restore/", views.NoteRestore.as_view(), name="note-restore"),
]
