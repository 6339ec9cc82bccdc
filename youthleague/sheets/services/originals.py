"""The uploaded file as it was: sealed on disk under a random name, open only while a child reads it."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from youthleague.protection.holdings import Folder
from youthleague.protection.kept_files import discard, is_kept, keep_content, open_kept

ORIGINALS = Folder("导入原件", "sheets.original", lambda: Path(settings.UPLOAD_DIR))


def store_original(content: bytes) -> str:
    """Seal a file and give the random name under which it stands."""
    return keep_content(ORIGINALS, content)


def delete_original(name: str) -> None:
    """Remove a sealed file, if it is still there."""
    discard(ORIGINALS, name)


def original_exists(name: str) -> bool:
    """Tell whether a sealed file is there."""
    return is_kept(ORIGINALS, name)


@contextmanager
def opened_original(name: str) -> Iterator[Path]:
    """Give the plain file for as long as the child reads it."""
    with working_file() as path:
        path.write_bytes(open_kept(ORIGINALS, name))
        yield path


@contextmanager
def working_file() -> Iterator[Path]:
    """Give a place for a plain file that nobody else may read, removed at the end or by the next sweep."""
    folder = Path(settings.UPLOAD_DIR) / "open"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        yield Path(file.name)


def sweep_opened(older_than: float) -> int:
    """Remove plain files that a killed process left open, untouched since a time (seconds since the epoch).

    Their own times do not tell: the writer of workbooks dates its parts to 1980 just before it packs them.
    """
    folder = Path(settings.UPLOAD_DIR) / "open"
    left = [path for path in folder.glob("*") if _touched(path) < older_than]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _touched(path: Path) -> float:
    """Give when a file was last changed in any way; one that is gone meanwhile needs nobody any more."""
    try:
        return path.stat().st_ctime
    except FileNotFoundError:
        return math.inf
