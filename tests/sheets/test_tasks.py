"""Nudges: they reach our queue from every thread, and a broker that is down only costs the time of a sweep."""

import base64
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories import make_user
from tests.rosters import row_of, uploaded
from youthleague.sheets.choices import BatchState
from youthleague.sheets.services.originals import sweep_opened, working_file
from youthleague.sheets.tasks import nudge, sweep, work

ROOT = Path(__file__).resolve().parent.parent.parent


def test_another_thread_nudges_through_our_queue():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(work.app.main))
    thread.start()
    thread.join()
    assert seen == ["youthleague"]


def test_a_broker_that_is_down_does_not_break_the_page():
    environment = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0"}
    code = "from youthleague.sheets.tasks import nudge; print(nudge(1))"
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split()[-1] == "False"
    assert time.monotonic() - started < 30


@pytest.mark.django_db
def test_the_task_works_on_its_batch(district):
    batch = uploaded([row_of(1)], district.township_a, make_user("township_secretary", district.township_a))
    work(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


@pytest.mark.django_db
def test_a_sweep_nudges_what_nobody_works_on(district):
    batch = uploaded([row_of(1)], district.township_a, make_user("township_secretary", district.township_a))
    before = set(settings.QUEUE_DIR.glob("*.msg"))
    sweep()
    [message] = set(settings.QUEUE_DIR.glob("*.msg")) - before
    assert batch.pk in json.loads(base64.b64decode(json.loads(message.read_text())["body"]))[0]


def test_a_nudge_goes_into_the_queue():
    before = set(settings.QUEUE_DIR.glob("*.msg"))
    assert nudge(1)
    assert len(set(settings.QUEUE_DIR.glob("*.msg")) - before) == 1


def test_a_sweep_leaves_open_what_the_writer_of_workbooks_dates_to_1980():
    now = timezone.now().timestamp()
    with working_file() as path:
        os.utime(path, (0, 0))
        sweep_opened(now - 600)
        assert path.exists()
        assert sweep_opened(now + 600) >= 1
        assert not path.exists()
        path.touch()
