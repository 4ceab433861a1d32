"""Addresses of a site's facts."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import facts as views

FACTS = "sites/<slug:site_slug>/facts"
FACT = f"{FACTS}/<slug:code>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{FACTS}/", views.FactList.as_view(), name="fact-list"),
    path(f"{FACT}/", views.FactDetail.as_view(), name="fact-detail"),
    path(f"{FACT}/record/", views.FactRecord.as_view(), name="fact-record"),
    path(f"{FACT}/evidence/", views.FactAttach.as_view(), name="fact-attach"),
    path(f"{FACT}/withdraw/", views.FactWithdraw.as_view(), name="fact-withdraw"),
]
