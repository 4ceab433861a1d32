"""Addresses of the pages that put several apps side by side."""

from django.urls import path

from mst_sites.dashboards import views

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("progress/", views.Progress.as_view(), name="progress"),
    path("sites/<slug:site_slug>/progress/", views.SiteProgress.as_view(), name="site-progress"),
]
