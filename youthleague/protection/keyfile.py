"""The key file: one JSON file, readable by its owner only. Pure Python, so that settings can read it.

``python -m youthleague.protection.keyfile PATH [SUITE]`` makes one where none is; ``manage.py rotate_keys`` changes it.
"""

import base64
import json
import re
import secrets
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from youthleague.protection.folders import changing, write_private

PURPOSES = ("field", "index", "audit", "stamp")
# What these keys have made is made anew under the next key; the others only go on signing.
CONVERTED = ("field", "index")
DEFAULT_SUITE = "aes256gcm-hmacsha256"
FIELD_KEY_BYTES = {DEFAULT_SUITE: 32, "sm4gcm-hmacsm3": 16}
MAC_KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9]{1,16}")


class KeyFileError(Exception):
    """The key file is missing, unreadable or open to others."""


@dataclass(frozen=True)
class Key:
    """One key: its id stands in what it has sealed, and it belongs to one suite for ever; since when, if noted."""

    id: str
    secret: bytes = field(repr=False)
    suite: str = DEFAULT_SUITE
    since: datetime | None = None


@dataclass(frozen=True)
class KeyFile:
    """All secrets of one installation; the newest key of a purpose comes last and is the one that encrypts.

    ``suite`` is that of the newest field key; older keys keep theirs, so that what they sealed stays readable.
    """

    secret_key: str = field(repr=False)
    keys: dict[str, tuple[Key, ...]]
    suite: str = DEFAULT_SUITE


def load_key_file(path: Path) -> KeyFile:
    """Read the key file; refuse one that others on this machine could read."""
    try:
        mode = path.stat().st_mode
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise KeyFileError(f"没有密钥文件 {path}，请先运行 make keys，或用环境变量 KEY_FILE 指明位置。") from error
    except (OSError, ValueError) as error:
        raise KeyFileError(f"密钥文件 {path} 读不出来。") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"密钥文件 {path} 可被他人读取，请把权限改为 0600。")
    return _parse(content, path)


def _parse(content: dict[str, object], path: Path) -> KeyFile:
    try:
        keys = {
            purpose: tuple(_read_key(row) for row in content["keys"][purpose])  # type: ignore[index]
            for purpose in PURPOSES
        }
        key_file = KeyFile(str(content["secret_key"]), keys, str(content["suite"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise KeyFileError(f"密钥文件 {path} 内容不完整。") from error
    for purpose in PURPOSES:
        _check_keys(purpose, keys[purpose], path)
    if keys["field"][-1].suite != key_file.suite:
        raise KeyFileError(f"密钥文件 {path} 的算法套件与最新的字段密钥不一致，换套件请新增密钥。")
    return key_file


def _read_key(row: dict[str, str]) -> Key:
    secret = base64.b64decode(row["secret"], validate=True)
    since = datetime.fromisoformat(row["since"]) if "since" in row else None
    return Key(row["id"], secret, row.get("suite", DEFAULT_SUITE), since)


def _check_keys(purpose: str, keys: tuple[Key, ...], path: Path) -> None:
    ids = {key.id for key in keys}
    if not keys or len(ids) < len(keys) or not all(KEY_ID.fullmatch(id_) for id_ in ids):
        raise KeyFileError(f"密钥文件 {path} 中用途为 {purpose} 的密钥缺失，或编号重复、不合规。")
    if any(len(key.secret) != secret_bytes(purpose, key.suite) for key in keys):
        raise KeyFileError(f"密钥文件 {path} 中用途为 {purpose} 的密钥长度或算法套件不对。")


def secret_bytes(purpose: str, suite: str) -> int:
    """How many bytes a key has; 0 for an unknown suite, so that no key fits it."""
    if suite not in FIELD_KEY_BYTES:
        return 0
    return FIELD_KEY_BYTES[suite] if purpose == "field" else MAC_KEY_BYTES


def create_key_file(path: Path, suite: str = DEFAULT_SUITE) -> bool:
    """Write a new key file unless there is one; tell whether it was written."""
    _require_suite(suite)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"建不了文件夹 {path.parent}，请检查环境变量 VAR_DIR 和 KEY_FILE。") from error
    content: dict[str, object] = {
        "suite": suite,
        "secret_key": secrets.token_urlsafe(64),
        "keys": {purpose: [_new_key([], purpose, suite, datetime.now(UTC))] for purpose in PURPOSES},
    }
    try:
        _write(path, content)
    except FileExistsError:
        return False
    return True


def add_keys(path: Path, purposes: Sequence[str], suite: str, at: datetime) -> dict[str, str]:
    """Append a key for each purpose and give their ids; none while a former change of keys is not through."""
    _require_suite(suite)
    added: dict[str, str] = {}

    def append(content: dict[str, Any]) -> None:
        if any(len(content["keys"][purpose]) > 1 for purpose in CONVERTED):
            return
        for purpose in purposes:
            rows = content["keys"][purpose]
            rows.append(_new_key(rows, purpose, suite, at))
            added[purpose] = rows[-1]["id"]
        if "field" in added:
            content["suite"] = suite

    _change(path, append)
    return added


def remove_key(path: Path, purpose: str, key_id: str) -> None:
    """Take an old key out; the newest of a purpose stays."""

    def drop(content: dict[str, Any]) -> None:
        rows = content["keys"][purpose]
        content["keys"][purpose] = [row for row in rows[:-1] if row["id"] != key_id] + rows[-1:]

    _change(path, drop)


def _change(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Read, change and replace the file while nobody else does; the old one stands until the new one is whole."""
    with changing(path.parent):
        load_key_file(path)
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        _write(draft, content)
        draft.replace(path)


def _require_suite(suite: str) -> None:
    if suite not in FIELD_KEY_BYTES:
        raise KeyFileError(f"没有名为 {suite} 的算法套件，可用的有：{'、'.join(FIELD_KEY_BYTES)}。")


def _write(path: Path, content: dict[str, object]) -> None:
    write_private(path, json.dumps(content, indent=1).encode())


def _new_key(rows: Sequence[dict[str, str]], purpose: str, suite: str, at: datetime) -> dict[str, str]:
    """Make a key whose id no earlier one bore: the newest, which carries the highest number, is never taken out."""
    number = max((int(row["id"][1:]) for row in rows if re.fullmatch(r"k\d+", row["id"])), default=0) + 1
    secret = base64.b64encode(secrets.token_bytes(secret_bytes(purpose, suite))).decode()
    return {"id": f"k{number}", "secret": secret, "suite": suite, "since": at.isoformat(timespec="seconds")}


def main(path: Path, *order: str) -> None:
    """Carry out the command line."""
    create_key_file(path, *order)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *sys.argv[2:])
    except KeyFileError as error:
        raise SystemExit(str(error)) from error
