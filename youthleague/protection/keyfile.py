"""The key file: one JSON file, readable by its owner only. Pure Python, so that settings can read it.

``python -m youthleague.protection.keyfile PATH [SUITE]`` makes one where none is;
``python -m youthleague.protection.keyfile PATH add PURPOSE SUITE`` appends a key.
"""

import base64
import json
import os
import re
import secrets
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

PURPOSES = ("field", "index", "audit", "stamp")
DEFAULT_SUITE = "aes256gcm-hmacsha256"
FIELD_KEY_BYTES = {DEFAULT_SUITE: 32, "sm4gcm-hmacsm3": 16}
MAC_KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9]{1,16}")


class KeyFileError(Exception):
    """The key file is missing, unreadable or open to others."""


@dataclass(frozen=True)
class Key:
    """One key: its id stands in what it has sealed, and it belongs to one suite for ever."""

    id: str
    secret: bytes = field(repr=False)
    suite: str = DEFAULT_SUITE


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
    return Key(row["id"], secret, row.get("suite", DEFAULT_SUITE))


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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content: dict[str, object] = {
        "suite": suite,
        "secret_key": secrets.token_urlsafe(64),
        "keys": {purpose: [_new_key(1, purpose, suite)] for purpose in PURPOSES},
    }
    try:
        _write(path, content)
    except FileExistsError:
        return False
    return True


def add_key(path: Path, purpose: str, suite: str) -> str:
    """Append a key that seals from the next start on, and return its id; this is how an installation changes its suite.

    The index key stays: a new one would make every stored blind index miss.
    """
    _require_suite(suite)
    if purpose not in PURPOSES or purpose == "index":
        raise KeyFileError(f"用途为 {purpose} 的密钥不能在这里新增。")
    load_key_file(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    row = _new_key(len(content["keys"][purpose]) + 1, purpose, suite)
    content["keys"][purpose].append(row)
    if purpose == "field":
        content["suite"] = suite
    _replace(path, content)
    return row["id"]


def _require_suite(suite: str) -> None:
    if suite not in FIELD_KEY_BYTES:
        raise KeyFileError(f"没有名为 {suite} 的算法套件，可用的有：{'、'.join(FIELD_KEY_BYTES)}。")


def _write(path: Path, content: dict[str, object]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: dict[str, object]) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    _write(draft, content)
    draft.replace(path)


def _new_key(number: int, purpose: str, suite: str) -> dict[str, str]:
    secret = secrets.token_bytes(secret_bytes(purpose, suite))
    return {"id": f"k{number}", "secret": base64.b64encode(secret).decode(), "suite": suite}


def main(path: Path, *order: str) -> None:
    """Carry out the command line."""
    if order[:1] == ("add",):
        add_key(path, *order[1:])
    else:
        create_key_file(path, *order)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
