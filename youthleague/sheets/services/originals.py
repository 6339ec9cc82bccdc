"""The uploaded file as it was: sealed on disk under a random name, open only while a child reads it."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from youthleague.protection.seal import seal, unseal

_PURPOSE = "sheets.original"


def store_original(content: bytes) -> str:
    """Seal a file and give the random name under which it stands."""
    name = secrets.token_hex(16)
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}"
    draft.touch(mode=0o600)
    draft.write_bytes(seal(content, purpose=_PURPOSE))
    draft.rename(folder / name)
    return name


def delete_original(name: str) -> None:
    """Remove a sealed file, if it is still there."""
    if name:
        (Path(settings.UPLOAD_DIR) / name).unlink(missing_ok=True)


def original_exists(name: str) -> bool:
    """Tell whether a sealed file is there."""
    return bool(name) and (Path(settings.UPLOAD_DIR) / name).is_file()


@contextmanager
def opened_original(name: str) -> Iterator[Path]:
    """Give the plain file for as long as the child reads it."""
    content = unseal((Path(settings.UPLOAD_DIR) / name).read_bytes(), purpose=_PURPOSE)
    with working_file() as path:
        path.write_bytes(content)
        yield path


@contextmanager
def working_file() -> Iterator[Path]:
    """Give a place for a plain file that nobody else may read, removed at the end or by the next sweep."""
    folder = Path(settings.UPLOAD_DIR) / "open"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        yield Path(file.name)


def sweep_opened(older_than: float) -> int:
    """Remove plain files that a killed process left open, last written before a time (seconds since the epoch)."""
    folder = Path(settings.UPLOAD_DIR) / "open"
    left = [path for path in folder.glob("*") if path.stat().st_mtime < older_than] if folder.is_dir() else []
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
