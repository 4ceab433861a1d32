"""Addresses of site development, one module for each noun."""

from django.urls import URLPattern, URLResolver

from implementation.urls import enquiries, facts, gates, meetings, needs, plans, xray

urlpatterns: list[URLPattern | URLResolver] = [
    *enquiries.urlpatterns,
    *facts.urlpatterns,
    *gates.urlpatterns,
    *meetings.urlpatterns,
    *needs.urlpatterns,
    *plans.urlpatterns,
    *xray.urlpatterns,
]
