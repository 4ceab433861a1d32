"""Addresses of the editions of the figures that scenarios of capacity start from."""

from django.urls import path

from implementation.views import defaults as views

EDITIONS = "capacity-starting-figures/"
ONE = f"{EDITIONS}<slug:edition>/"

urlpatterns = [
    path(EDITIONS, views.DefaultsList.as_view(), name="defaults-list"),
    path(f"{EDITIONS}draft/", views.DefaultsChange.as_view(), name="defaults-change"),
    path(ONE, views.DefaultsDetail.as_view(), name="defaults-detail"),
    path(f"{ONE}publish/", views.DefaultsPublish.as_view(), name="defaults-publish"),
    path(f"{ONE}discard/", views.DefaultsDiscard.as_view(), name="defaults-discard"),
]
