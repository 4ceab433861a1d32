"""Addresses of a site's journey."""

from django.urls import path

from implementation.views import timeline as views

TIMELINE = "sites/<slug:site_slug>/timeline/"

urlpatterns = [
    path(TIMELINE, views.TimelineDetail.as_view(), name="timeline-detail"),
    path(TIMELINE + "export/", views.TimelineExport.as_view(), name="timeline-export"),
]
