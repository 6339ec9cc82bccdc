"""/healthz says that the process lives, /readyz that the portal can work."""

import pytest
from django.db import connection

from youthleague.audit.triggers import install, missing

pytestmark = pytest.mark.django_db


def holds(response):
    return {code: check["holds"] for code, check in response.json()["checks"].items()}


def test_a_process_that_lives_says_so(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()["state"]) == (200, "ok")


def test_a_portal_in_order_is_ready(client):
    install(connection)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert holds(response) == {"database": True, "migrations": True, "triggers": True, "folder": True}


def test_a_lost_trigger_is_noticed(client):
    install(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_auditevent'")
        cursor.execute(f'DROP TRIGGER "{cursor.fetchone()[0]}"')
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
