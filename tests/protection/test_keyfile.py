"""The key file: made once, private, and refused when it cannot be right."""

import base64
import json
import subprocess
import sys

import pytest

from youthleague.protection.keyfile import (
    DEFAULT_SUITE,
    FIELD_KEY_BYTES,
    PURPOSES,
    Key,
    KeyFile,
    KeyFileError,
    add_key,
    create_key_file,
    load_key_file,
    main,
)

SM = "sm4gcm-hmacsm3"


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


def test_a_new_key_comes_last_and_leaves_the_others(path):
    before = load_key_file(path)
    assert add_key(path, "field", SM) == "k2"
    after = load_key_file(path)
    assert after.suite == SM
    assert after.keys["field"][:-1] == before.keys["field"]
    assert (after.keys["field"][-1].id, after.keys["field"][-1].suite) == ("k2", SM)
    assert {use: after.keys[use] for use in ("index", "audit", "stamp")} == {
        use: before.keys[use] for use in ("index", "audit", "stamp")
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_new_audit_key_leaves_the_suite_of_fields(path):
    add_key(path, "audit", SM)
    assert load_key_file(path).suite == DEFAULT_SUITE


@pytest.mark.parametrize(("purpose", "suite"), [("index", SM), ("cookies", SM), ("field", "rot13")])
def test_a_key_that_would_break_something_is_not_added(path, purpose, suite):
    before = path.read_bytes()
    with pytest.raises(KeyFileError):
        add_key(path, purpose, suite)
    assert path.read_bytes() == before


def test_secrets_never_show_in_a_representation():
    key = Key("k1", b"\x01secret")
    assert "secret=" not in repr(key)
    assert "sesame" not in repr(KeyFile("sesame", {"field": (key,)}))


def test_the_command_line_makes_a_file_and_adds_a_key(tmp_path):
    path = tmp_path / "keys.json"
    main(path, SM)
    main(path, "add", "stamp", DEFAULT_SUITE)
    assert [key.suite for key in load_key_file(path).keys["stamp"]] == [SM, DEFAULT_SUITE]


def test_the_module_runs_without_django(tmp_path):
    path = tmp_path / "keys.json"
    subprocess.run([sys.executable, "-m", "youthleague.protection.keyfile", str(path)], check=True)
    assert load_key_file(path).suite == DEFAULT_SUITE
