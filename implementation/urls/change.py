"""Addresses of the organisational change self-assessment."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import change as views

PLACE = "sites/<slug:site_slug>/organisational-change/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(PLACE, views.ChangeDetail.as_view(), name="change-detail"),
    path(PLACE + "answer/", views.ChangeAnswer.as_view(), name="change-answer"),
    path(PLACE + "rounds/new/", views.ChangeRoundCreate.as_view(), name="change-round-create"),
    path(
        PLACE + "rounds/<uuid:pk>/close/",
        views.ChangeRoundClose.as_view(),
        name="change-round-close",
    ),
    path(PLACE + "actions/new/", views.ChangeActionCreate.as_view(), name="change-action-create"),
]
