"""Addresses of the X-ray."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import xray as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("xray/", views.XrayList.as_view(), name="xray-list"),
    path("sites/<slug:site_slug>/xray/", views.XrayDetail.as_view(), name="xray-detail"),
]
