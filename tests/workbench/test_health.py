"""/healthz says that the process lives, /readyz that the portal can work."""

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from youthleague.audit.triggers import drop_statements, install, missing, registered
from youthleague.sheets.tasks import sweep

pytestmark = pytest.mark.django_db


def holds(response):
    return {code: check["holds"] for code, check in response.json()["checks"].items()}


def test_a_process_that_lives_says_so(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()["state"]) == (200, "ok")


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    """A data folder of its own, in which nobody has swept yet."""
    settings.VAR_DIR = tmp_path
    return tmp_path


CHECKS = ("database", "migrations", "triggers", "folder", "queue", "worker")


def test_a_portal_in_order_is_ready(client):
    install(connection)
    sweep()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["state"]) == (200, "ok")
    assert holds(response) == dict.fromkeys(CHECKS, True)


def test_without_its_queue_the_portal_works_on_and_says_so(client, settings):
    install(connection)
    sweep()
    settings.QUEUE_DIR = settings.VAR_DIR / "lost"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["state"]) == (200, "degraded")
    assert holds(response) == dict.fromkeys(CHECKS, True) | {"queue": False}
    assert response.json()["checks"]["queue"]["sentence"].startswith("排队服务不可用")


def test_a_server_of_messages_that_does_not_answer_is_noticed_soon(client, settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for port in (1, silent.getsockname()[1]):  # one refuses, the other says nothing
            settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
            started = time.monotonic()
            response = client.get("/readyz")
            assert (holds(response)["queue"], time.monotonic() - started < 5) == (False, True)


@pytest.mark.parametrize(("seconds", "alive"), [(0, True), (119, True), (121, False)])
def test_a_worker_or_beat_that_stopped_is_noticed_by_the_sweeps_that_are_missing(client, seconds, alive):
    install(connection)
    with time_machine.travel(datetime(2026, 11, 23, tzinfo=UTC), tick=False) as clock:
        sweep()
        clock.shift(timedelta(seconds=seconds))
        response = client.get("/readyz")
    assert (response.status_code, holds(response)["worker"]) == (200, alive)


def test_before_the_first_sweep_nobody_knows_of_a_worker(client):
    install(connection)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["state"], holds(response)["worker"]) == (200, "degraded", False)


def test_a_lost_trigger_is_noticed(client):
    install(connection)
    lost = registered(connection.vendor)[0]
    with connection.cursor() as cursor:
        for statement in drop_statements(lost, connection.vendor):
            cursor.execute(statement)
    assert missing(connection) != []
    response = client.get("/readyz")
    assert (response.status_code, holds(response)["triggers"], holds(response)["database"]) == (503, False, True)


def test_a_folder_that_cannot_be_written_is_noticed(client, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "lost"
    response = client.get("/readyz")
    assert (response.status_code, holds(response)["folder"]) == (503, False)
    assert "磁盘" in response.json()["checks"]["folder"]["sentence"]


def test_the_answer_is_readable_and_not_stored(client):
    response = client.get("/readyz")
    assert "平台" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_missing_migration_is_noticed(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit'")
    response = client.get("/readyz")
    assert (response.status_code, holds(response)["migrations"]) == (503, False)
