"""Addresses of the editions of the self-assessment."""

from django.urls import path

from implementation.views import questionnaires as views

EDITIONS = "self-assessment-statements/"
ONE = f"{EDITIONS}<slug:edition>/"

urlpatterns = [
    path(EDITIONS, views.QuestionnaireList.as_view(), name="questionnaire-list"),
    path(f"{EDITIONS}draft/", views.QuestionnaireChange.as_view(), name="questionnaire-change"),
    path(ONE, views.QuestionnaireDetail.as_view(), name="questionnaire-detail"),
    path(f"{ONE}publish/", views.QuestionnairePublish.as_view(), name="questionnaire-publish"),
    path(f"{ONE}discard/", views.QuestionnaireDiscard.as_view(), name="questionnaire-discard"),
]
