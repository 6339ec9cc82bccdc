"""The finder of queries per row is awake in every test that asks for a page."""

import pytest
from django.conf import settings
from zeal import zeal_context
from zeal.errors import NPlusOneError

from orgs.models import Organisation

pytestmark = pytest.mark.django_db


def test_a_query_per_row_is_found(district):
    with zeal_context(), pytest.raises(NPlusOneError):
        [unit.parent for unit in Organisation.objects.exclude(parent=None)]


def test_rows_fetched_together_are_fine(district):
    with zeal_context():
        parents = {unit.parent for unit in Organisation.objects.exclude(parent=None).select_related("parent")}
    assert parents == {district.top, district.township_a, district.township_b}


def test_every_request_of_a_test_is_watched():
    assert settings.MIDDLEWARE[-1] == "zeal.middleware.zeal_middleware"
