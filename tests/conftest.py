"""Fixtures that every test may use."""

import pytest

from tests.audit_flush import flush_without_triggers
from tests.contract.report import pytest_terminal_summary
from tests.factories import District, make_district

__all__ = ["flush_without_triggers", "pytest_terminal_summary"]


@pytest.fixture
def district(db) -> District:
    """A district with two townships of two villages each."""
    return make_district()
