"""Addresses of documents, of what waits to leave the house, and of its health."""

from django.urls import path

from mst_sites.delivery import views

DOCUMENT = "sites/<slug:site_slug>/documents/<uuid:pk>/"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("delivery/", views.DeliveryList.as_view(), name="delivery-list"),
    path("delivery/mail/<uuid:pk>/retry/", views.MailRetry.as_view(), name="mail-retry"),
    path(DOCUMENT, views.DocumentDownload.as_view(), name="document-download"),
    path(DOCUMENT + "status/", views.DocumentStatus.as_view(), name="document-status"),
    path(DOCUMENT + "retry/", views.DocumentRetry.as_view(), name="document-retry"),
]
