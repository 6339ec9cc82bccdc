"""Drop-downs written in one go are the same to the reader."""

import pytest
from django import forms
from django.test.html import parse_html

from orgs.widgets import PlainSelect

CHOICES = [("", "请选择"), (1, "青禾<街道>"), (2, "　松涛社区")]


@pytest.mark.parametrize("value", ["", None, 1, "2", "9"])
def test_it_shows_what_the_slow_one_shows(value):
    quick = PlainSelect(choices=CHOICES).render("unit", value, {"id": "id_unit", "class": "form-select"})
    slow = forms.Select(choices=CHOICES).render("unit", value, {"id": "id_unit", "class": "form-select"})
    assert parse_html(quick) == parse_html(slow)
