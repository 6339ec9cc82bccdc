"""The back office keeps its scope: every admin, every visitor, every kind of key, lists, forms, actions, look-ups."""

import pytest

from tests.contract.back_office import back_office_visits
from tests.contract.clients import client_for
from tests.contract.inspector import IS_FULL, Inspector
from tests.contract.visitors import CAST
from tests.contract.world import World

pytestmark = [pytest.mark.contract, pytest.mark.django_db]


@pytest.mark.parametrize("name", CAST)
def test_the_back_office_keeps_its_scope(world: World, name: str, count_requests):
    visitor = world.visitors[name]
    tour = Inspector(world, visitor, client_for(visitor)).tour(back_office_visits(world, visitor, is_full=IS_FULL))
    count_requests(tour.requests)
    assert not tour.findings, tour.report()
