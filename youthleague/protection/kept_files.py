"""Files on disk that came from people: sealed under a random name; nothing that people typed becomes a path."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from youthleague.protection.folders import changing, write_private
from youthleague.protection.holdings import Folder, sealed_purposes
from youthleague.protection.seal import seal, unseal
from youthleague.protection.uploads import CleanFile

LEAST_FREE_BYTES = 256 << 20
ORPHAN_LIFE = timedelta(days=1)
_NAME = re.compile(r"[0-9a-f]{32}")


def kept_path(name: str) -> Path:
    """Say where a folder of kept files is."""
    return Path(settings.MEDIA_ROOT) / name


def keep(folder: Folder, clean: CleanFile) -> str:
    """Keep a file that was let in; give its name. Raises as ``keep_content`` does."""
    return keep_content(folder, clean.content)


def keep_content(folder: Folder, content: bytes) -> str:
    """Seal bytes in a folder that a change of keys reaches; give their name. Raises OSError while the disk is full."""
    if folder.purpose not in sealed_purposes():
        raise LookupError(folder.purpose)
    path = folder.path()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(path).free < LEAST_FREE_BYTES + len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    name = secrets.token_hex(16)
    draft = path / f".{name}.{secrets.token_hex(4)}"
    write_private(draft, seal(content, purpose=folder.purpose))
    with changing(path):
        draft.rename(path / name)
    return name


def is_kept(folder: Folder, name: str) -> bool:
    """Tell whether a file is there."""
    return bool(_NAME.fullmatch(name)) and (folder.path() / name).is_file()


def open_kept(folder: Folder, name: str) -> bytes:
    """Give the content of a kept file; raise FileNotFoundError for a name that is none of ours."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return unseal((folder.path() / name).read_bytes(), purpose=folder.purpose)


def discard(folder: Folder, name: str) -> None:
    """Remove a kept file, if it is still there; not while a change of keys is putting another in its place."""
    if is_kept(folder, name):
        with changing(folder.path()):
            (folder.path() / name).unlink(missing_ok=True)


def sweep_kept(folder: Folder, *, known: Collection[str], at: datetime) -> int:
    """Remove what no record names a day after it was written: of a killed process, or of a transaction undone."""
    oldest = (at - ORPHAN_LIFE).timestamp()
    names = [path for path in folder.path().glob("*") if path.name not in known]
    lost = [path for path in names if path.is_file() and path.stat().st_mtime < oldest]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)
