"""Search finds within the scope, as a page and as a fragment, and not without end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from youthleague.workbench.views import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_results_stand_within_the_scope(secretary, signed_in):
    page = signed_in(secretary).get("/search/", {"q": "社区团支部"}).content.decode()
    assert "松涛社区团支部" in page
    assert "长荷社区团支部" in page
    assert "村团支部" not in page


def test_nothing_found_says_what_to_try(secretary, signed_in):
    page = signed_in(secretary).get("/search/", {"q": "石井"}).content.decode()
    assert "没有找到" in page
    assert "石井村" not in page


def test_an_empty_search_asks_what_is_wanted(secretary, signed_in):
    for typed in ("  ", "\0", " \0 "):
        assert "想找谁" in signed_in(secretary).get("/search/", {"q": typed}).content.decode()


def test_the_box_in_the_top_bar_gets_a_fragment(secretary, signed_in):
    response = signed_in(secretary).get("/search/", {"q": "stsq"}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<html" not in page
    assert "松涛社区团支部" in page


def test_what_was_typed_is_escaped(secretary, signed_in):
    page = signed_in(secretary).get("/search/", {"q": '"><b>x'}).content.decode()
    assert "<b>x" not in page


def test_a_program_that_copies_everything_is_stopped(secretary, signed_in, monkeypatch):
    monkeypatch.setattr(search, "SEARCHES", 2)
    client = signed_in(secretary)
    codes = [client.get("/search/", {"q": "松涛"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_search_needs_an_account(client):
    assert client.get("/search/", {"q": "松涛"}).status_code == 302


def test_the_number_of_queries_does_not_grow_with_what_is_found(secretary, signed_in):
    client = signed_in(secretary)
    counts = []
    for typed in ("石", "松涛", "社区团支部"):
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": typed})
        counts.append(len(queries))
    assert counts[1] == counts[2]
