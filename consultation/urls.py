"""Addresses of consultation."""

from django.urls import URLPattern, URLResolver, path

from consultation import views

TEAM = "sites/<slug:site_slug>/teams/<slug:team_slug>"
NOTES = f"{TEAM}/notes"
EPISODES = f"{TEAM}/episodes"
REVIEWS = f"{TEAM}/reviews"

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
    path(f"{NOTES}/<uuid:pk>/answer/", views.EscalationAnswer.as_view(), name="escalation-answer"),
    path("escalations/", views.EscalationList.as_view(), name="escalation-list"),
    path(f"{NOTES}/<uuid:pk>/discard/", views.NoteDiscard.as_view(), name="note-discard"),
    path(f"{NOTES}/<uuid:pk>/restore/", views.NoteRestore.as_view(), name="note-restore"),
    path(f"{EPISODES}/", views.EpisodeList.as_view(), name="episode-list"),
    path(f"{EPISODES}/import/", views.EpisodeImport.as_view(), name="episode-import"),
    path(f"{EPISODES}/template/", views.EpisodeTemplate.as_view(), name="episode-template"),
    path(
        f"{EPISODES}/imports/<uuid:pk>/",
        views.EpisodeImportDetail.as_view(),
        name="episode-import-detail",
    ),
    path(f"{REVIEWS}/", views.ReviewList.as_view(), name="review-list"),
    path(f"{REVIEWS}/new/", views.ReviewCreate.as_view(), name="review-create"),
    path(f"{REVIEWS}/<uuid:pk>/", views.ReviewDetail.as_view(), name="review-detail"),
    path(f"{REVIEWS}/<uuid:pk>/change/", views.ReviewChange.as_view(), name="review-change"),
    path(f"{REVIEWS}/<uuid:pk>/refresh/", views.ReviewRefresh.as_view(), name="review-refresh"),
    path(f"{REVIEWS}/<uuid:pk>/comment/", views.ReviewComment.as_view(), name="review-comment"),
    path(f"{REVIEWS}/<uuid:pk>/discard/", views.ReviewDiscard.as_view(), name="review-discard"),
    path(f"{REVIEWS}/<uuid:pk>/issue/", views.ReviewIssue.as_view(), name="review-issue"),
    path(f"{REVIEWS}/<uuid:pk>/reissue/", views.ReviewReissue.as_view(), name="review-reissue"),
]
