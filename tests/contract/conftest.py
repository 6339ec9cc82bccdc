"""Fixtures of the contract: one world for a module, and the count of requests."""

import logging
from collections.abc import Callable, Iterator

import pytest

from tests.contract.standing import standing_world
from tests.contract.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """The district with its canaries; every request is undone, so that one will do for all."""
    logging.disable(logging.CRITICAL)  # hundreds of refusals, each with its stack
    with django_db_blocker.unblock(), standing_world() as built:  # type: ignore[attr-defined]
        yield built
    logging.disable(logging.NOTSET)


@pytest.fixture
def count_requests(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Tell the summary how many requests a test sent."""
    return lambda number: record_property("contract_requests", number)
