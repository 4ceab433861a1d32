"""The kit page as a response: where it is served, and what it must not hold."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_kit_is_not_in_production(client: Client, settings: Any) -> None:
    assert client.get(reverse("kit")).status_code == 200

    settings.IS_PRODUCTION = True

    assert client.get(reverse("kit")).status_code == 404
    assert client.get(reverse("kit-progress")).status_code == 404


@pytest.mark.parametrize("done", ["", "-1", "x", "9" * 40, "2"])
def test_kit_progress_takes_any_number(client: Client, done: str) -> None:
    assert client.get(reverse("kit-progress"), {"done": done}).status_code == 200


def test_kit_has_no_inline_style_or_script(client: Client) -> None:
    html = client.get(reverse("kit")).content.decode()

    assert re.findall(r"\sstyle=|<style|\son\w+=|<script>|javascript:", html) == []
