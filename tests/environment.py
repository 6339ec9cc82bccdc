"""Runs before Django reads its settings: a throw-away VAR_DIR with keys, and the test-only applications."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from youthleague.protection.keyfile import create_key_file

if "TEST_VAR_DIR" not in os.environ:
    os.environ["TEST_VAR_DIR"] = tempfile.mkdtemp(prefix="youthleague-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_VAR_DIR"], ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_var = Path(os.environ["TEST_VAR_DIR"]) / _worker
os.environ["VAR_DIR"] = str(_var)
os.environ["KEY_FILE"] = str(Path(os.environ["TEST_VAR_DIR"]) / "keys.json")
os.environ.setdefault("PLAIN_HTTP", "1")
os.environ.setdefault("SWEEP_SECONDS", "1")
# Finds a query per row of a list, in whatever page a test asks for.
_finder = {"EXTRA_APPS": "zeal", "EXTRA_MIDDLEWARE": "tests.lazy_queries.watch_reading"}
os.environ.update(_finder)
create_key_file(Path(os.environ["KEY_FILE"]))
(_var / "static").mkdir(parents=True, exist_ok=True)


def pytest_configure() -> None:
    """Read the settings now; what tests start as processes has no finder."""
    assert "zeal" in settings.INSTALLED_APPS
    for name in _finder:
        del os.environ[name]
