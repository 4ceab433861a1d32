"""Addresses of site development, one module for each noun."""

from django.urls import URLPattern, URLResolver

from implementation.urls import (
    change,
    defaults,
    enquiries,
    facts,
    forecasts,
    funding,
    gates,
    meetings,
    milestones,
    needs,
    plans,
    portfolio,
    questionnaires,
    templates,
    timeline,
    xray,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *change.urlpatterns,
    *defaults.urlpatterns,
    *enquiries.urlpatterns,
    *facts.urlpatterns,
    *forecasts.urlpatterns,
    *funding.urlpatterns,
    *gates.urlpatterns,
    *meetings.urlpatterns,
    *needs.urlpatterns,
    *milestones.urlpatterns,
    *plans.urlpatterns,
    *portfolio.urlpatterns,
    *questionnaires.urlpatterns,
    *templates.urlpatterns,
    *timeline.urlpatterns,
    *xray.urlpatterns,
]
