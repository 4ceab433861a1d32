"""Addresses of actions and files."""

from django.urls import path

from mst_sites.records import views

ACTIONS = "sites/<slug:site_slug>/actions/"
FILES = "sites/<slug:site_slug>/files/"

urlpatterns = [
    path(ACTIONS, views.ActionList.as_view(), name="action-list"),
    path(ACTIONS + "new/", views.ActionCreate.as_view(), name="action-create"),
    path(ACTIONS + "<uuid:pk>/close/", views.ActionClose.as_view(), name="action-close"),
    path(ACTIONS + "<uuid:pk>/reassign/", views.ActionReassign.as_view(), name="action-reassign"),
    path(FILES, views.AttachmentList.as_view(), name="attachment-list"),
    path(FILES + "new/", views.AttachmentCreate.as_view(), name="attachment-create"),
    path(FILES + "<uuid:pk>/", views.AttachmentDownload.as_view(), name="attachment-download"),
    path(FILES + "<uuid:pk>/remove/", views.AttachmentRemove.as_view(), name="attachment-remove"),
]
