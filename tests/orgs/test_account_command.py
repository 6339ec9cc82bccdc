"""``manage.py account`` begins an installation and helps whoever is locked out."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation, User
from tests.orgs.doors import equip, events, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def account(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command and give the password that it prints."""
    call_command("account", *arguments)
    return re.search(r"初始密码：(\S+)", capsys.readouterr().out).group(1)


def test_an_empty_installation_begins_with_a_district_and_its_first_administrator(capsys, client):
    arguments = ["an.quan", "--name", "安全", "--role", "security_admin", "--org", "共青团试验区委员会"]
    password = account(*arguments, capsys=capsys)
    district = Organisation.objects.get()
    assert (district.name, district.kind, district.level) == (
        "共青团试验区委员会",
        OrganisationKind.LEADING_BODY,
        Level.DISTRICT,
    )
    user = User.objects.get()
    assert user.has_perm("orgs.add_user", district)
    assert sign_in(client, "an.quan", password).status_code == 302
    assert client.get("/")["Location"].startswith("/account/password/")
    assert [row[0] for row in events("org.found", "account.create", "role.assign")] == [
        "org.found",
        "account.create",
        "role.assign",
    ]


@pytest.mark.parametrize("key", ["ZZJG-0001", "青禾街道团工委"])
def test_a_unit_is_found_by_code_or_name(district, capsys, key):
    Organisation.objects.filter(pk=district.township_a.pk).update(code="ZZJG-0001")
    account("li.na", "--name", "李娜", "--role", "township_secretary", "--org", key, capsys=capsys)
    assert User.objects.get(username="li.na").assignments.get().organisation == district.township_a


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["li.na"], "须同时给出"),
        (["li.na", "--name", "李娜", "--role", "judge", "--org", "没有这个团委"], "有 0 个"),
        (["admin", "--name", "李娜", "--role", "judge", "--org", "青禾街道团工委"], "人人会猜"),
        (["lin.zhiyuan", "--name", "李娜", "--role", "judge", "--org", "青禾街道团工委"], "已有同名账号"),
        (["niemand", "--new-password"], "没有账号"),
        (["niemand", "--remove-second-factor"], "没有账号"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(secretary, arguments, sentence):
    before = set(User.objects.values_list("username", "password"))
    with pytest.raises(CommandError, match=sentence):
        call_command("account", *arguments)
    assert set(User.objects.values_list("username", "password")) == before


def test_whoever_has_forgotten_gets_a_new_first_password(secretary, capsys):
    password = account(secretary.username, "--new-password", capsys=capsys)
    assert sign_in(Client(), secretary.username).status_code == 200
    assert sign_in(Client(), secretary.username, password).status_code == 302


def test_whoever_has_lost_the_phone_gets_in_again(keeper, capsys):
    equip(keeper)
    call_command("account", keeper.username, "--remove-second-factor")
    assert "两步验证已解除。" in capsys.readouterr().out
    assert not keeper.authenticators.exists()
