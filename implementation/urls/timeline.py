"""Addresses of a site's journey and of the days that make it."""

from django.urls import path

from implementation.views import days
from implementation.views import timeline as views

TIMELINE = "sites/<slug:site_slug>/timeline/"

urlpatterns = [
    path(TIMELINE, views.TimelineDetail.as_view(), name="timeline-detail"),
    path("sites/<slug:site_slug>/plan/days/", days.PlanDays.as_view(), name="plan-days"),
    path(TIMELINE + "export/", views.TimelineExport.as_view(), name="timeline-export"),
]
