"""The command that changes keys: what it says, what it notes, and that it goes on where it was."""

import io
import json
import shutil
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from cadres.models import Cadre
from tests.factories import NOW, make_cadre
from youthleague.audit.models import AuditEvent
from youthleague.audit.reports import chain_report
from youthleague.audit.services import ANCHOR_FILE
from youthleague.protection import rotation
from youthleague.protection.keyfile import load_key_file
from youthleague.protection.keys import forget_rings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path, monkeypatch):
    """Work with a copy of the keys, in a folder of one's own."""
    monkeypatch.setattr(rotation, "sleep", lambda _seconds: None)
    copy = tmp_path / "keys.json"
    shutil.copy(settings.KEY_FILE, copy)
    settings.KEY_FILE, settings.VAR_DIR, settings.UPLOAD_DIR = copy, tmp_path, tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    forget_rings()


def told(*arguments, at=NOW):
    out = io.StringIO()
    with time_machine.travel(at, tick=False):
        call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


def key_ids(settings):
    return {use: [key.id for key in keys] for use, keys in load_key_file(settings.KEY_FILE).keys.items()}


def test_new_keys_take_over_and_the_old_ones_go_a_quarter_of_an_hour_later(district, settings):
    cadre = make_cadre(district.village_a1)
    number = cadre.id_number
    said = told("--new")
    assert "已启用新密钥：数据加密 k2、身份证号盲索引 k2、审计签名 k2、表格签名 k2" in said
    assert "团干部·身份证号：已改用新密钥 1 处。" in said
    assert "15 分钟" in said
    assert key_ids(settings)["field"] == ["k1", "k2"]

    said = told(at=NOW + timedelta(minutes=16))
    assert "已移除旧密钥：数据加密 k1、身份证号盲索引 k1。" in said
    assert "更换已经收尾" in said
    assert key_ids(settings) == {"field": ["k2"], "index": ["k2"], "audit": ["k1", "k2"], "stamp": ["k1", "k2"]}
    assert Cadre.objects.get(pk=cadre.pk).id_number == number


def test_a_second_order_for_new_keys_goes_on_with_the_first(district, settings):
    make_cadre(district.village_a1)
    told("--new")
    before = key_ids(settings)
    assert "这次不加新密钥" in told("--new")
    assert key_ids(settings) == before


def test_the_suite_is_changed_by_new_keys(district, settings):
    cadre = make_cadre(district.village_a1)
    told("--new", "--suite", "sm4gcm-hmacsm3", "--only", "field", "--only", "index")
    told(at=NOW + timedelta(minutes=16))
    keys = load_key_file(settings.KEY_FILE)
    assert keys.suite == "sm4gcm-hmacsm3"
    assert {use: [key.suite for key in ones] for use, ones in keys.keys.items()} == {
        "field": ["sm4gcm-hmacsm3"],
        "index": ["sm4gcm-hmacsm3"],
        "audit": ["aes256gcm-hmacsha256"],
        "stamp": ["aes256gcm-hmacsha256"],
    }
    assert Cadre.objects.get(pk=cadre.pk).id_number == cadre.id_number
    told("--new", at=NOW + timedelta(hours=1))
    assert load_key_file(settings.KEY_FILE).suite == "sm4gcm-hmacsm3"


def test_the_log_goes_over_to_the_new_key_with_an_anchor(district, settings):
    make_cadre(district.village_a1)
    told("--new")
    event = AuditEvent.objects.get(action="keys.add")
    assert event.mac.startswith("k2:")
    assert event.facts["keys"] == [
        "数据加密 k2、身份证号盲索引 k2、审计签名 k2、表格签名 k2",
        "aes256gcm-hmacsha256",
    ]
    assert (settings.VAR_DIR / ANCHOR_FILE).read_text().split()[1] == str(event.seq)
    told(at=NOW + timedelta(minutes=16))
    assert AuditEvent.objects.filter(action="keys.remove").count() == 1
    assert chain_report().is_sound


def test_json_gives_the_result_in_one_line(district):
    make_cadre(district.village_a1)
    result = json.loads(told("--new", "--json"))
    assert result["added"] == {"field": "k2", "index": "k2", "audit": "k2", "stamp": "k2"}
    assert result["converted"]["团干部·手机号码"] == 1
    assert (result["removed"], result["failed"], result["left"], result["complete"]) == ([], {}, {}, False)
    assert result["keys"]["field"] == ["k1", "k2"]


def test_a_key_file_of_another_day_gets_no_new_keys(district, settings):
    cadre = make_cadre(district.village_a1)
    other = settings.VAR_DIR / "other.json"
    genuine = settings.KEY_FILE.read_text()
    told("--new")
    told(at=NOW + timedelta(minutes=16))
    settings.KEY_FILE = other
    other.write_text(genuine)  # somebody has put the old file back
    other.chmod(0o600)
    with pytest.raises(CommandError, match="不相配"):
        told("--new", at=NOW + timedelta(hours=1))
    assert other.read_text() == genuine
    settings.KEY_FILE = settings.VAR_DIR / "keys.json"
    assert Cadre.objects.get(pk=cadre.pk).id_number == cadre.id_number


def test_what_does_not_open_ends_in_exit_code_one(district, settings):
    spoilt, _ = make_cadre(district.village_a1), make_cadre(district.village_a1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cadres_cadre SET phone = 'v1:k1:AAAA' WHERE id = %s", [spoilt.pk])
    with pytest.raises(CommandError) as raised:
        told("--new")
    assert raised.value.returncode == 1
    assert key_ids(settings)["field"] == ["k1", "k2"]


def test_without_a_key_file_it_says_so(settings):
    settings.KEY_FILE = settings.VAR_DIR / "none.json"
    with pytest.raises(CommandError, match="没有密钥文件"):
        told()
