"""Addresses of the public form for enquiries and of the inbox."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import enquiries as views
from implementation.views import enquiry_form

ONE = "enquiries/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("enquire/", enquiry_form.EnquiryCreate.as_view(), name="enquiry-create"),
    path("enquire/sent/", enquiry_form.EnquirySent.as_view(), name="enquiry-sent"),
    path("enquiries/", views.EnquiryList.as_view(), name="enquiry-list"),
    path(ONE, views.EnquiryDetail.as_view(), name="enquiry-detail"),
    path(ONE + "take/", views.EnquiryTake.as_view(), name="enquiry-take"),
    path(ONE + "owner/", views.EnquiryAssign.as_view(), name="enquiry-assign"),
    path(ONE + "answer/", views.EnquiryAnswer.as_view(), name="enquiry-answer"),
    path(ONE + "notes/new/", views.EnquiryNoteCreate.as_view(), name="enquiry-note-create"),
    path(ONE + "close/", views.EnquiryClose.as_view(), name="enquiry-close"),
    path(ONE + "site/", views.EnquiryConvert.as_view(), name="enquiry-convert"),
    path(ONE + "invite/", views.EnquiryInvite.as_view(), name="enquiry-invite"),
    path(ONE + "reopen/", views.EnquiryReopen.as_view(), name="enquiry-reopen"),
]
