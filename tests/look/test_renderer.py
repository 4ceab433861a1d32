"""Lists of choices are drawn as Django draws them."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from mst_sites.look.renderer import FormRenderer

CHOICES = [
    ("", "All"),
    ("A & B", "<b>A</b> & B"),
    (7, "Seven"),
    ("Group <1>", [("x", "X"), ("y", "Y")]),
]


def squeezed(html):
    return re.sub(r">\s+<", "><", html.strip())


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("attrs", [{}, {"class": 'a"b', "required": True, "disabled": False}])
@pytest.mark.parametrize("value", ["", "A & B", 7, ["x", "y"]])
def test_select_is_what_django_draws(widget, attrs, value):
    drawn = [
        widget(attrs, CHOICES).render("field", value, renderer=renderer)
        for renderer in (FormRenderer(), DjangoTemplates())
    ]

    assert squeezed(drawn[0]) == squeezed(drawn[1])


def test_other_widgets_are_left_to_django():
    text = forms.TextInput().render("field", "<1>", renderer=FormRenderer())

    assert text == forms.TextInput().render("field", "<1>", renderer=DjangoTemplates())
