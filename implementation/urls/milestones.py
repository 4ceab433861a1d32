"""Addresses of the milestones, of the feed of them, and of the page that makes its links."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import milestones as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("milestones/", views.MilestoneList.as_view(), name="milestone-list"),
    path("milestones/link/", views.FeedKeyDetail.as_view(), name="feed-key-detail"),
    path("milestones/link/end/", views.FeedKeyRevoke.as_view(), name="feed-key-revoke"),
    path("milestones/feed/<str:token>/", views.MilestoneFeed.as_view(), name="milestone-feed"),
]
