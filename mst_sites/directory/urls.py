"""Addresses of sites, teams, people and their roles."""

from django.urls import path

from mst_sites.directory import account_views, views

SITE = "sites/<slug:site_slug>/"
TEAM = SITE + "teams/<slug:team_slug>/"

urlpatterns = [
    path("account/", account_views.Account.as_view(), name="account"),
    path("account/second-factor/", account_views.SecondFactor.as_view(), name="mfa_index"),
    path("account/sessions/", account_views.SessionList.as_view(), name="usersessions_list"),
    path("account/sessions/end/", account_views.SessionEnd.as_view(), name="session-end"),
    path("account/sessions/extend/", account_views.SessionExtend.as_view(), name="session-extend"),
    path(
        "account/invitation/<str:token>/",
        account_views.InvitationAccept.as_view(),
        name="invitation-accept",
    ),
    path("sites/", views.SiteList.as_view(), name="site-list"),
    path("sites/new/", views.SiteCreate.as_view(), name="site-create"),
    path(SITE, views.SiteDetail.as_view(), name="site-detail"),
    path(SITE + "change/", views.SiteChange.as_view(), name="site-change"),
    path(SITE + "close/", views.SiteClose.as_view(), name="site-close"),
    path(SITE + "reopen/", views.SiteReopen.as_view(), name="site-reopen"),
    path(
        SITE + "commissioners/new/", views.CommissionerCreate.as_view(), name="commissioner-create"
    ),
    path(
        SITE + "commissioners/<uuid:pk>/remove/",
        views.CommissionerRemove.as_view(),
        name="commissioner-remove",
    ),
    path(SITE + "teams/new/", views.TeamCreate.as_view(), name="team-create"),
    path(TEAM, views.TeamDetail.as_view(), name="team-detail"),
    path(TEAM + "change/", views.TeamChange.as_view(), name="team-change"),
    path(SITE + "people/", views.MembershipList.as_view(), name="membership-list"),
    path(SITE + "people/new/", views.MembershipCreate.as_view(), name="membership-create"),
    path(SITE + "people/<uuid:pk>/end/", views.MembershipEnd.as_view(), name="membership-end"),
    path("organisations/", views.OrganisationList.as_view(), name="organisation-list"),
    path("organisations/new/", views.OrganisationCreate.as_view(), name="organisation-create"),
    path(
        "organisations/<uuid:pk>/change/",
        views.OrganisationChange.as_view(),
        name="organisation-change",
    ),
    path("people/", views.PersonList.as_view(), name="person-list"),
    path("people/invite/", views.PersonInvite.as_view(), name="person-invite"),
    path("people/<uuid:pk>/", views.PersonDetail.as_view(), name="person-detail"),
    path("people/<uuid:pk>/change/", views.PersonChange.as_view(), name="person-change"),
    path("people/<uuid:pk>/reinvite/", views.PersonReinvite.as_view(), name="person-reinvite"),
    path("people/<uuid:pk>/close/", views.PersonClose.as_view(), name="person-close"),
    path("people/<uuid:pk>/reopen/", views.PersonReopen.as_view(), name="person-reopen"),
    path(
        "people/<uuid:pk>/forget-second-factor/",
        account_views.PersonFactorForget.as_view(),
        name="person-factor-forget",
    ),
]
