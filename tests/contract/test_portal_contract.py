"""The portal keeps its scope: every page, every visitor, every kind of key, read and written."""

import pytest

from tests.contract.clients import client_for
from tests.contract.inspector import IS_FULL, Inspector
from tests.contract.portal import portal_visits
from tests.contract.routes import routes
from tests.contract.visitors import CAST
from tests.contract.world import World

pytestmark = [pytest.mark.contract, pytest.mark.django_db]


@pytest.mark.parametrize("name", CAST)
def test_the_portal_keeps_its_scope(world: World, name: str, count_requests):
    visitor = world.visitors[name]
    visits = portal_visits(world, visitor, routes(), is_full=IS_FULL)
    tour = Inspector(world, visitor, client_for(visitor)).tour(visits)
    print(tour.requests, "requests")
    count_requests(tour.requests)
    assert not tour.findings, tour.report()
