"""Addresses of MST UK's templates."""

from django.urls import path

from implementation.views import templates as views

TEMPLATES = "set-up-templates/"
ONE = f"{TEMPLATES}<slug:template>/"
STEP = f"{ONE}activities/<slug:code>/"

urlpatterns = [
    path(TEMPLATES, views.TemplateList.as_view(), name="template-list"),
    path(f"{TEMPLATES}new/", views.TemplateCreate.as_view(), name="template-create"),
    path(ONE, views.TemplateDetail.as_view(), name="template-detail"),
    path(f"{ONE}change/", views.TemplateChange.as_view(), name="template-change"),
    path(f"{ONE}publish/", views.TemplatePublish.as_view(), name="template-publish"),
    path(f"{ONE}retire/", views.TemplateRetire.as_view(), name="template-retire"),
    path(f"{ONE}discard/", views.TemplateDiscard.as_view(), name="template-discard"),
    path(f"{ONE}activities/new/", views.StepCreate.as_view(), name="step-create"),
    path(f"{STEP}change/", views.StepChange.as_view(), name="step-change"),
    path(f"{STEP}move/", views.StepMove.as_view(), name="step-move"),
    path(f"{STEP}remove/", views.StepRemove.as_view(), name="step-remove"),
]
