"""A demonstration that others could reach does not start; production settings leave nothing to say."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from orgs.checks import check_demo, demo_faults, refuse_open_demo
from orgs.validators import PASSWORD_PROFILES
from tests.architecture.source import ROOT


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py under settings of its own."""
    cleared = {name: value for name, value in os.environ.items() if name not in {"PLAIN_HTTP", "DEMO", "DEBUG"}}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    env = cleared | environment
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("hosts", "ids"),
    [
        (["127.0.0.1", "localhost"], []),
        (["[::1]", "127.0.0.2", "demo.localhost", ".localhost"], []),
        ([], []),
        (["127.0.0.1", "portal.example"], ["orgs.E001"]),
        (["*"], ["orgs.E001"]),
        (["192.168.1.2"], ["orgs.E001"]),
        ([".example"], ["orgs.E001"]),
    ],
)
def test_a_demonstration_has_names_of_this_machine_only(hosts, ids):
    assert [fault.id for fault in demo_faults(hosts, [])] == ids


@pytest.mark.parametrize(
    ("command", "ids"),
    [
        ("gunicorn youthleague.wsgi --bind 127.0.0.1:8000", []),
        ("gunicorn youthleague.wsgi --bind [::1]:8000", []),
        ("gunicorn youthleague.wsgi -b unix:/run/portal.sock", []),
        ("gunicorn youthleague.wsgi --workers 2", []),
        ("gunicorn youthleague.wsgi --bind 0.0.0.0:8000", ["orgs.E002"]),
        ("gunicorn youthleague.wsgi --bind=:8000", ["orgs.E002"]),
        ("/x/bin/gunicorn youthleague.wsgi -b 192.168.1.2:80", ["orgs.E002"]),
        ("manage.py runserver", []),
        ("manage.py runserver 8000 --noreload", []),
        ("manage.py runserver localhost:8000", []),
        ("manage.py runserver 0.0.0.0:8000", ["orgs.E002"]),
        ("celery -A youthleague.celery -b redis://queue:6379/0 worker", []),
    ],
)
def test_a_demonstration_listens_on_this_machine_only(command, ids):
    assert [fault.id for fault in demo_faults(["localhost"], command.split())] == ids


def test_outside_of_demonstration_mode_any_name_is_fine(settings):
    settings.ALLOWED_HOSTS = ["portal.example"]
    assert check_demo() == []
    refuse_open_demo()
    settings.DEMO = True
    with pytest.raises(ImproperlyConfigured, match=r"portal\.example"):
        refuse_open_demo()


def test_an_open_demonstration_does_not_start():
    result = manage("check", DEMO="1", ALLOWED_HOSTS="portal.example")
    assert result.returncode == 1
    assert "演示模式（DEMO=1）只供本机使用" in result.stderr


def test_production_settings_leave_nothing_to_say():
    environment = {"PLAIN_HTTP": "0", "DEBUG": "0", "DEMO": "0", "ALLOWED_HOSTS": "portal.example"}
    result = manage("check", "--deploy", "--fail-level", "WARNING", **environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD_PROFILE", "weak"),
        ("PROXY_COUNT", "-1"),
        ("PROXY_COUNT", "x"),
        ("DEMO", "yes"),
        ("SWEEP_SECONDS", "0"),
        ("SWEEP_SECONDS", "soon"),
        ("SWEEP_SECONDS", "nan"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://portal:geheim@db/portal"),
        ("DATABASE_URL", "postgres://portal:geheim@db"),
        ("DATABASE_URL", "postgres://portal:geheim@db:geheim/portal"),
        ("DATABASE_URL", "sqlite://"),
        ("REDIS_URL", "foo"),
        ("REDIS_URL", "amqp://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1:six/0"),
        ("ALLOWED_HOSTS", "https://portal.example"),
        ("ALLOWED_HOSTS", "127.0.0.1,portal.example:8000"),
        ("CSRF_TRUSTED_ORIGINS", "portal.example"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence_that_does_not_repeat_it(name, value):
    result = manage("check", **{name: value})
    (sentence,) = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (1, "")
    assert sentence.startswith(f"环境变量 {name} 应为")
    assert "geheim" not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "postgresql://portal:s%2Fe%23cret@[::1]:5432/portal?sslmode=require"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "rediss://:secret@[::1]:6379/0?ssl_cert_reqs=required"),
        ("REDIS_URL", "redis://queue"),
        ("ALLOWED_HOSTS", "portal.example, .portal.example,[::1],127.0.0.1"),
        ("CSRF_TRUSTED_ORIGINS", "https://portal.example,https://*.example:8443"),
    ],
)
def test_right_values_are_taken(name, value):
    result = manage("check", **{name: value})
    assert (result.returncode, result.stderr) == (0, "")


def test_what_the_address_of_the_database_asks_for_is_kept():
    script = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    url = "postgres://portal:secret@db/portal?sslmode=verify-full"
    result = manage("shell", "--no-imports", "-c", script, DATABASE_URL=url)
    assert result.stdout == "{'sslmode': 'verify-full', 'options': '-c jit=off -c statement_timeout=15000'}\n"


@pytest.mark.parametrize("profile", PASSWORD_PROFILES)
def test_both_profiles_start(profile):
    assert manage("check", PASSWORD_PROFILE=profile, PLAIN_HTTP="1").returncode == 0


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_folder_that_is_a_file_stops_the_start_and_names_the_variable(tmp_path, below):
    (tmp_path / "way").write_text("")
    done = manage("check", VAR_DIR=str(tmp_path / "way" / below))
    assert done.returncode != 0
    assert "环境变量 VAR_DIR 应为文件夹" in done.stderr.splitlines()[-1]
