"""``manage.py demo`` on an empty database, without and with demonstration mode."""

import pytest
from django.core.management import call_command

from cadres.models import Cadre
from orgs.models import Organisation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


def test_without_demonstration_mode_there_are_no_accounts(own_folder, settings, capsys):
    settings.DEMO = False
    call_command("demo", "--seed", "5")
    assert (Organisation.objects.count(), Cadre.objects.count(), User.objects.count()) == (500, 2000, 0)
    assert "没有建立演示账号" in capsys.readouterr().out
    assert [path.name for path in own_folder.iterdir()] == ["demo"]


def test_in_demonstration_mode_the_passwords_are_in_a_file(own_folder, settings, capsys):
    settings.DEMO = True
    call_command("demo")
    assert f"演示账号见 {own_folder / 'demo-accounts.txt'}。" in capsys.readouterr().out
    assert len((own_folder / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()) == User.objects.count()
    assert len(list((own_folder / "demo").iterdir())) == 3
