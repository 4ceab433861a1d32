"""Addresses of a site's gates."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import gates as views

GATES = "sites/<slug:site_slug>/gates"
GATE = f"{GATES}/<slug:gate>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{GATES}/", views.GateList.as_view(), name="gate-list"),
    path(f"{GATE}/", views.GateDetail.as_view(), name="gate-detail"),
    path(f"{GATE}/decide/", views.GateDecide.as_view(), name="gate-decide"),
]
