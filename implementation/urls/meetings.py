"""Addresses of the steering group and of meetings."""

from django.urls import path

from implementation.views import agendas, meetings, minutes, series, steering

STEERING = "sites/<slug:site_slug>/steering-group/"
MEETINGS = "sites/<slug:site_slug>/meetings/"
MEETING = f"{MEETINGS}<uuid:pk>/"

urlpatterns = [
    path(STEERING, steering.SteeringDetail.as_view(), name="steering-detail"),
    path(f"{STEERING}change/", steering.SteeringChange.as_view(), name="steering-change"),
    path(f"{STEERING}files/new/", steering.SteeringAttach.as_view(), name="steering-attach"),
    path(
        f"{STEERING}members/new/",
        steering.SteeringMemberCreate.as_view(),
        name="steering-member-create",
    ),
    path(
        f"{STEERING}members/<uuid:pk>/change/",
        steering.SteeringMemberChange.as_view(),
        name="steering-member-change",
    ),
    path(MEETINGS, meetings.MeetingList.as_view(), name="meeting-list"),
    path(f"{MEETINGS}new/", meetings.MeetingCreate.as_view(), name="meeting-create"),
    path(f"{MEETINGS}series/new/", series.SeriesCreate.as_view(), name="series-create"),
    path(
        f"{MEETINGS}series/<uuid:pk>/extend/",
        series.SeriesExtend.as_view(),
        name="series-extend",
    ),
    path(MEETING, meetings.MeetingDetail.as_view(), name="meeting-detail"),
    path(f"{MEETING}change/", meetings.MeetingChange.as_view(), name="meeting-change"),
    path(f"{MEETING}cancel/", meetings.MeetingCancel.as_view(), name="meeting-cancel"),
    path(f"{MEETING}following/change/", series.SeriesChange.as_view(), name="series-change"),
    path(f"{MEETING}following/cancel/", series.SeriesCancel.as_view(), name="series-cancel"),
    path(f"{MEETING}reinstate/", meetings.MeetingReinstate.as_view(), name="meeting-reinstate"),
    path(f"{MEETING}invitees/new/", meetings.InviteeCreate.as_view(), name="invitee-create"),
    path(
        f"{MEETING}invitees/<uuid:invitee_pk>/remove/",
        meetings.InviteeRemove.as_view(),
        name="invitee-remove",
    ),
    path(f"{MEETING}invitations/", meetings.InvitationSend.as_view(), name="invitation-send"),
    path(f"{MEETING}agenda/new/", agendas.AgendaPointCreate.as_view(), name="agenda-point-create"),
    path(
        f"{MEETING}agenda/<uuid:point_pk>/settle/",
        agendas.AgendaPointSettle.as_view(),
        name="agenda-point-settle",
    ),
    path(
        f"{MEETING}agenda/<uuid:point_pk>/move/",
        agendas.AgendaPointMove.as_view(),
        name="agenda-point-move",
    ),
    path(
        f"{MEETING}agenda/<uuid:point_pk>/remove/",
        agendas.AgendaPointRemove.as_view(),
        name="agenda-point-remove",
    ),
    path(f"{MEETING}attendance/", minutes.AttendanceChange.as_view(), name="attendance-change"),
    path(
        f"{MEETING}attendance/correct/",
        minutes.AttendanceCorrect.as_view(),
        name="attendance-correct",
    ),
    path(f"{MEETING}minutes/write/", minutes.MinutesChange.as_view(), name="minutes-change"),
    path(f"{MEETING}minutes/autosave/", minutes.MinutesAutosave.as_view(), name="minutes-autosave"),
    path(f"{MEETING}minutes/send/", minutes.MinutesSend.as_view(), name="minutes-send"),
    path(f"{MEETING}minutes/", minutes.MinutesDetail.as_view(), name="minutes-detail"),
    path(f"{MEETING}decisions/new/", minutes.DecisionCreate.as_view(), name="decision-create"),
    path(
        f"{MEETING}decisions/<uuid:decision_pk>/change/",
        minutes.DecisionChange.as_view(),
        name="decision-change",
    ),
    path(
        f"{MEETING}actions/new/",
        minutes.MeetingActionCreate.as_view(),
        name="meeting-action-create",
    ),
    path(f"{MEETING}close/", minutes.MeetingClose.as_view(), name="meeting-close"),
]
