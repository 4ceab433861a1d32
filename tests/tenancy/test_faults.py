"""The page of a fault; how a form is answered while PostgreSQL restarts is in `tests/delivery/test_faults.py`."""

import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.test import RequestFactory

from mst_sites.tenancy.faults import answer_fault

TYPED = {"themes": "The <b>school</b> is slow.", "minutes": "60", "typed_by": "a:b:c"}


def answer_after(failure, request):
    try:
        raise failure
    except type(failure):
        return answer_fault(request)


def post(address="/notes/new/", **values):
    return RequestFactory().post(address, {**TYPED, **values})


@pytest.mark.parametrize("failure", [OperationalError(), InterfaceError()])
def test_fault_of_a_database_that_is_away_gives_back_what_was_typed(failure):
    answer = answer_after(failure, post())

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    page = answer.content.decode()
    assert ">The &lt;b&gt;school&lt;/b&gt; is slow.</textarea>" in page


@pytest.mark.parametrize("failure", [ValueError(), DataError()])
def test_fault_of_ours_is_called_so(failure):
    answer = answer_after(failure, post())

    assert answer.status_code == 500
    assert "school" not in answer.content.decode()


def test_fault_repeats_no_password():
    answer = answer_after(
        OperationalError(), post("/account/sign-in/", password="seventeen quiet herons")
    )

    assert answer.status_code == 503
    assert "<textarea" not in answer.content.decode()


def test_fault_of_a_form_that_cannot_be_read(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1

    answer = answer_after(OperationalError(), post())

    assert answer.status_code == 503
    assert "<textarea" not in answer.content.decode()
