"""Fixtures that every test may use."""

import pytest

from tests.factories import District, make_district


@pytest.fixture
def district(db) -> District:
    """A district with two townships of two villages each."""
    return make_district()
