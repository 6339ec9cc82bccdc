"""Key rings to seal with, and a table with encrypted columns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.protection.probe import Probe
from youthleague.protection.keyfile import FIELD_KEY_BYTES, create_key_file


@pytest.fixture
def use_new_keys(settings, tmp_path) -> Callable[..., Path]:
    """Switch this test to a fresh key file."""

    def switch(suite: str = "aes256gcm-hmacsha256") -> Path:
        path = Path(tmp_path) / f"keys-{len(list(tmp_path.glob('keys-*')))}.json"
        create_key_file(path, suite)
        settings.KEY_FILE = path
        return path

    return switch


@pytest.fixture(params=sorted(FIELD_KEY_BYTES))
def suite(request, use_new_keys):
    """Run the test once under each suite."""
    use_new_keys(request.param)
    return request.param


@pytest.fixture(scope="session")
def probe_table(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Probe)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Probe)
