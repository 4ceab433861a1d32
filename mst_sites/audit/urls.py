"""Addresses of audit."""

from django.urls import path

from mst_sites.audit import views

urlpatterns = [
    path("sites/<slug:site_slug>/audit/", views.AuditList.as_view(), name="audit-list"),
]
