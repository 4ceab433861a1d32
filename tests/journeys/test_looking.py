"""The look itself: it sees what is too faint, and nothing where nothing is."""

import pytest

from tests.journeys.looking import FAINT

pytestmark = pytest.mark.timeout(60)

TOO_FAINT = [
    '<p style="color: #777">Just under</p>',
    '<p style="opacity: 0.4">Seen through</p>',
    '<div style="background: #000"><p style="color: #666">On black</p></div>',
    '<input value="typed" style="color: #aaa; background: #fff">',
    '<p style="color: rgb(0 0 0 / 30%)">Thin ink</p>',
    '<p style="color: #999; font-size: 24px">Large, and fainter still</p>',
]
PLAIN = [
    '<p style="color: #767676">Just enough</p>',
    '<p style="color: #949494; font-size: 24px">Large</p>',
    '<p style="color: #949494; font-size: 19px; font-weight: 700">Large and bold</p>',
    '<p style="color: #fff; visibility: hidden">Not seen</p>',
    '<button disabled style="color: #ccc">Not to be pressed</button>',
    '<div style="background: #000"><p style="color: #fff">On black</p></div>',
]


def test_look_finds_what_is_too_faint_and_nothing_else(chromium):
    page = chromium.new_page(color_scheme="light")
    page.set_content(f"<body style='background: #fff; color: #000'>{''.join(TOO_FAINT + PLAIN)}")

    found = page.evaluate(FAINT)
    page.close()

    assert len(found) == len(TOO_FAINT)
    assert all(each.split(" ", 1)[1] in faint for each, faint in zip(found, TOO_FAINT, strict=True))
