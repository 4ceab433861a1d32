"""Signing in with the account of one's organisation: what it says about somebody, and who is let in by it."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from mst_sites.accounts.models import User
from tests.accounts.people import actions, invited, with_app, with_password
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
APP = {
    "provider_id": "organisation",
    "name": "Example Trust",
    "client_id": "mst",
    "settings": {"server_url": "https://id.example.org", "verified_email": ["trust.example.org"]},
}


@pytest.fixture(autouse=True)
def organisation(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [APP]}}


def come_back(process="login", user=None, **claims):
    """Let the organisation say who somebody is, as its answer at the end of signing in there does."""
    request = RequestFactory().get("/account/organisation/back/")
    request.session, request.user = SessionStore(), user or AnonymousUser()
    request._messages = SessionStorage(request)
    with context.request_context(request):
        provider = get_adapter().get_provider(request, "organisation")
        login = provider.sociallogin_from_response(request, {"sub": "one", **claims})
        login.state = {"process": process}
        return complete_login(request, login), request


def test_invited_person_is_let_in_at_the_address_that_the_organisation_vouches_for():
    user, _ = invited()

    response, request = come_back(email=user.email, email_verified=True)

    assert response["Location"] == "/"
    assert request.user == user
    assert user.invitations.get().accepted_at
    assert EmailAddress.objects.get(user=user).verified
    assert actions() == ["organisation-account.connected", "person.signed-in"]


def test_second_visit_is_known_by_the_organisations_own_number():
    user, _ = invited()
    come_back(email=user.email, email_verified=True)

    _, request = come_back(email="renamed@example.org", email_verified=False)

    assert request.user == user


def test_stranger_is_told_to_ask_for_an_invitation_and_gets_no_account():
    response, request = come_back(email="stranger@example.org", email_verified=True)

    assert "You have no account here" in response.text
    assert request.user.is_anonymous
    assert not User.objects.exists()


def test_address_that_is_not_vouched_for_opens_nothing():
    user, _ = invited()

    response, request = come_back(email=user.email, email_verified=False)

    assert "You have no account here" in response.text
    assert request.user.is_anonymous
    assert not SocialAccount.objects.exists()


def test_domain_can_be_vouched_for_by_settings():
    user, _ = invited(email="a.person@trust.example.org")

    _, request = come_back(email=user.email)

    assert request.user == user


def test_closed_account_stays_closed():
    user = UserFactory(is_active=False)

    response, request = come_back(email=user.email, email_verified=True)

    assert response["Location"] == "/account/closed/"
    assert request.user.is_anonymous


def test_password_of_somebody_who_has_one_stays():
    user = with_password(UserFactory())

    come_back(email=user.email, email_verified=True)

    user.refresh_from_db()
    assert user.has_usable_password()


def test_second_factor_of_ones_own_is_still_asked_for():
    user = with_app(UserFactory())

    response, request = come_back(email=user.email, email_verified=True)

    assert response["Location"] == "/account/second-factor/code/"
    assert request.user.is_anonymous


def test_signed_in_person_cannot_tie_somebody_elses_organisation_account_to_theirs():
    user = with_password(UserFactory())

    response, _ = come_back("connect", user=user, email="other@example.org", email_verified=True)

    assert response["Location"] == "/account/sign-in/"
    assert not SocialAccount.objects.exists()
