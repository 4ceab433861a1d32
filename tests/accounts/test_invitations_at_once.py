"""Somebody comes in by a link while a newer one is sent: whoever is first has it, and neither waits in a circle."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from mst_sites.accounts.models import Invitation, User
from mst_sites.accounts.operations import InvitationOverError
from mst_sites.directory import account_operations, operations
from mst_sites.tenancy.scope import whole_scope
from tests.accounts.people import PASSWORD, invited
from tests.directory.test_double_clicks import wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acts():
    with whole_scope():
        user, link = invited()
    token = link.rstrip("/").rsplit("/", 1)[-1]

    def come_in():
        account_operations.accept_invitation(
            token=token, full_name="As Chosen", password=PASSWORD, now=timezone.now()
        )

    def send():
        there = User.objects.get(pk=user.pk)
        operations.send_invitation(user=there, now=timezone.now(), by=None)

    return come_in, send


def behind(first, second):
    """Do `second` while `first` is done and not yet committed; return what refused it."""
    refusals = []

    def do():
        try:
            with whole_scope():
                second()
        except (ValidationError, InvitationOverError) as refusal:
            refusals.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=do)
    with whole_scope():
        first()
        thread.start()
        wait_until_somebody_waits()
    thread.join()
    return refusals


def test_send_invitation_while_the_person_comes_in_is_refused(acts):
    come_in, send = acts

    (refusal,) = behind(come_in, send)

    assert refusal.messages == ["This person has an account already and can sign in."]
    with whole_scope():
        assert Invitation.objects.get().accepted_at
        assert User.objects.get().has_usable_password()


def test_accept_invitation_while_a_newer_one_is_sent_is_refused(acts):
    come_in, send = acts

    (refusal,) = behind(send, come_in)

    assert isinstance(refusal, InvitationOverError)
    with whole_scope():
        assert Invitation.objects.get().accepted_at is None
        assert not User.objects.get().has_usable_password()
