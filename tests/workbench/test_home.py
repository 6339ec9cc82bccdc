"""The workbench: what waits, what day it is, and nothing of others."""

from datetime import date

import pytest
from django.urls import reverse

from youthleague.workbench.views.home import day_facts, todo_fact

pytestmark = pytest.mark.usefixtures("plain_static_files")


def test_the_day_is_named_with_weekday_and_week():
    assert day_facts(date(2026, 11, 18)) == ["11 月 18 日 星期三", "第 47 周"]


@pytest.mark.parametrize(
    ("tones", "sentence"),
    [([], "没有待办"), (["ok", "warn"], "2 件待办"), (["bad", "ok"], "2 件待办，其中 1 件已逾期")],
)
def test_what_waits_is_counted(tones, sentence):
    assert todo_fact([{"tone": tone} for tone in tones]) == sentence


@pytest.mark.django_db
def test_the_page_shows_the_own_units(secretary, signed_in):
    page = signed_in(secretary).get("/").content.decode()
    assert "青禾街道团工委一览" in page
    assert "柳溪镇" not in page
    assert "石井村" not in page


@pytest.mark.django_db
def test_the_page_needs_an_account(client):
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, f"{reverse('sign-in')}?next=/")


@pytest.mark.django_db
def test_the_page_is_never_stored(secretary, signed_in):
    assert "no-store" in signed_in(secretary).get("/")["Cache-Control"]


@pytest.mark.django_db
def test_the_page_only_answers_to_reading(secretary, signed_in):
    assert signed_in(secretary).post("/").status_code == 405
