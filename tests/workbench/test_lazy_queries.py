"""The finder of queries per row is awake in every test that asks for a page."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from zeal.errors import NPlusOneError

from orgs.models import Organisation
from tests.lazy_queries import watch_reading

pytestmark = pytest.mark.django_db


def parents_one_by_one(request):
    return HttpResponse({unit.parent.name for unit in Organisation.objects.exclude(parent=None)})


def parents_together(request):
    return HttpResponse(
        {unit.parent.name for unit in Organisation.objects.exclude(parent=None).select_related("parent")}
    )


def test_a_query_per_row_of_a_page_is_found(district):
    with pytest.raises(NPlusOneError):
        watch_reading(parents_one_by_one)(RequestFactory().get("/"))


def test_rows_fetched_together_and_writes_row_by_row_are_fine(district):
    for view, request in (
        (parents_together, RequestFactory().get("/")),
        (parents_one_by_one, RequestFactory().post("/")),
    ):
        assert district.township_a.name in watch_reading(view)(request).content.decode()


def test_requests_of_tests_are_watched():
    assert settings.MIDDLEWARE[-1] == "tests.lazy_queries.watch_reading"
