"""The key file: made once, private, and refused when it cannot be right."""

import base64
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from youthleague.protection.keyfile import (
    DEFAULT_SUITE,
    FIELD_KEY_BYTES,
    PURPOSES,
    Key,
    KeyFile,
    KeyFileError,
    add_keys,
    create_key_file,
    load_key_file,
    main,
    remove_key,
)

SM = "sm4gcm-hmacsm3"
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "private" / "keys.json"
    create_key_file(path)
    return path


def rewrite(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("suite", FIELD_KEY_BYTES)
def test_a_new_file_holds_one_key_for_each_purpose(tmp_path, suite):
    path = tmp_path / "keys.json"
    assert create_key_file(path, suite) is True
    made = load_key_file(path)
    assert made.suite == suite
    assert {use: [(key.id, key.suite) for key in keys] for use, keys in made.keys.items()} == {
        use: [("k1", suite)] for use in PURPOSES
    }
    assert len(made.keys["field"][0].secret) == FIELD_KEY_BYTES[suite]
    assert len({key.secret for keys in made.keys.values() for key in keys}) == len(PURPOSES)


def test_the_file_and_its_folder_belong_to_the_owner_alone(path):
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_says_since_when_it_is_there(path):
    assert all(key.since <= datetime.now(UTC) for keys in load_key_file(path).keys.values() for key in keys)


def test_a_key_of_a_file_from_before_dates_has_none(path):
    rewrite(path, lambda content: content["keys"]["field"][0].pop("since"))
    assert load_key_file(path).keys["field"][0].since is None


def test_an_existing_file_is_never_replaced(path):
    before = path.read_bytes()
    assert create_key_file(path) is False
    assert path.read_bytes() == before


def test_a_file_that_others_can_read_is_refused(path):
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="0600"):
        load_key_file(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(KeyFileError, match=r"没有密钥文件 .*none\.json"):
        load_key_file(tmp_path / "none.json")


def test_an_unreadable_file_is_refused(path):
    path.write_text("{")
    with pytest.raises(KeyFileError, match="读不出来"):
        load_key_file(path)


def short(content):
    content["keys"]["audit"][0]["secret"] = base64.b64encode(b"short").decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("secret_key"),
        lambda content: content.pop("suite"),
        lambda content: content["keys"].pop("stamp"),
        lambda content: content["keys"]["index"][0].pop("id"),
        lambda content: content["keys"]["index"][0].update(secret="not base64!"),
        lambda content: content["keys"].update(index=[7]),
        lambda content: content["keys"]["index"][0].update(since="yesterday"),
    ],
)
def test_an_incomplete_file_is_refused(path, change):
    rewrite(path, change)
    with pytest.raises(KeyFileError, match="内容不完整"):
        load_key_file(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["keys"]["field"].clear(),
        lambda content: content["keys"]["field"].append(content["keys"]["field"][0]),
        lambda content: content["keys"]["field"][0].update(id="k:1"),
        lambda content: content["keys"]["field"][0].update(id=""),
        lambda content: content["keys"]["field"][0].update(suite="rot13"),
        short,
    ],
)
def test_keys_that_cannot_work_are_refused(path, change):
    rewrite(path, change)
    with pytest.raises(KeyFileError, match=r"用途为 (field|audit) 的密钥"):
        load_key_file(path)


def test_the_suite_cannot_be_changed_without_a_new_key(path):
    rewrite(path, lambda content: content.update(suite=SM))
    with pytest.raises(KeyFileError, match="换套件请新增密钥"):
        load_key_file(path)


def test_a_key_without_a_suite_is_of_the_first_one(path):
    rewrite(path, lambda content: content["keys"]["field"][0].pop("suite"))
    assert load_key_file(path).keys["field"][0].suite == DEFAULT_SUITE


def test_new_keys_come_last_and_leave_the_others(path):
    before = load_key_file(path)
    assert add_keys(path, ("field", "stamp"), SM, AT) == {"field": "k2", "stamp": "k2"}
    after = load_key_file(path)
    assert after.suite == SM
    assert {use: keys[:1] for use, keys in after.keys.items()} == before.keys
    assert {use: [(key.id, key.suite, key.since) for key in keys[1:]] for use, keys in after.keys.items()} == {
        "field": [("k2", SM, AT)],
        "stamp": [("k2", SM, AT)],
        "index": [],
        "audit": [],
    }
    assert after.secret_key == before.secret_key
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_new_audit_key_leaves_the_suite_of_fields(path):
    add_keys(path, ["audit"], SM, AT)
    assert load_key_file(path).suite == DEFAULT_SUITE


@pytest.mark.parametrize("under_way", ["field", "index"])
def test_no_key_is_added_while_a_change_is_under_way(path, under_way):
    add_keys(path, [under_way], DEFAULT_SUITE, AT)
    before = path.read_bytes()
    assert add_keys(path, PURPOSES, SM, AT) == {}
    assert json.loads(path.read_bytes()) == json.loads(before)


def test_an_unknown_suite_adds_nothing(path):
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="rot13"):
        add_keys(path, PURPOSES, "rot13", AT)
    assert path.read_bytes() == before


def test_an_old_key_is_taken_out_and_its_number_never_given_again(path):
    add_keys(path, ["field"], DEFAULT_SUITE, AT)
    remove_key(path, "field", "k1")
    assert add_keys(path, ["field"], DEFAULT_SUITE, AT) == {"field": "k3"}
    assert [key.id for key in load_key_file(path).keys["field"]] == ["k2", "k3"]


@pytest.mark.parametrize("key_id", ["k1", "k7"])
def test_the_newest_key_is_never_taken_out(path, key_id):
    before = load_key_file(path)
    remove_key(path, "field", key_id)
    assert load_key_file(path) == before


def test_changes_at_the_same_time_are_all_kept(path):
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: add_keys(path, ["stamp", "audit"], SM, AT), range(24)))
    assert sorted(int(one["stamp"][1:]) for one in added) == list(range(2, 26))
    assert len(load_key_file(path).keys["audit"]) == 25


def test_secrets_never_show_in_a_representation():
    key = Key("k1", b"\x01secret")
    assert "secret=" not in repr(key)
    assert "sesame" not in repr(KeyFile("sesame", {"field": (key,)}))


def test_the_command_line_makes_a_file(tmp_path):
    path = tmp_path / "keys.json"
    main(path, SM)
    assert load_key_file(path).suite == SM


def test_the_module_runs_without_django(tmp_path):
    path = tmp_path / "keys.json"
    subprocess.run([sys.executable, "-m", "youthleague.protection.keyfile", str(path)], check=True)
    assert load_key_file(path).suite == DEFAULT_SUITE


@pytest.mark.parametrize("below", [".", "deeper"])
def test_where_a_file_stands_in_the_way_the_variables_are_named_and_nothing_is_written(tmp_path, below):
    way = tmp_path / "way"
    way.write_text("someone's")
    command = [sys.executable, "-m", "youthleague.protection.keyfile", str(way / below / "keys.json")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    (sentence,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert "VAR_DIR" in sentence
    assert (way.read_text(), list(tmp_path.iterdir())) == ("someone's", [way])
