"""The state of the installation (系统状态): versions, folders, keys, batches and robots; figures only, of no person."""

import os
import platform
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count

from youthleague.notices.models import Robot
from youthleague.protection.keyfile import PURPOSES
from youthleague.protection.keys import keyring
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch

KEY_DAYS = 365
ID_SHOWN = 4
FOLDERS = {
    "uploads": "上传的表格原件",
    "files": "附件",
    "mail": "写成文件的邮件",
    "queue": "任务队列",
    "leases": "任务占用标记",
    "static": "静态文件",
    "": "数据库、密钥和记录文件",
}
OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Versions:
    """Of the product and of what it stands on, as people write them."""

    product: str
    python: str
    framework: str
    database: str


@dataclass(frozen=True, slots=True)
class FolderSize:
    """How many files a folder of the data directory holds, and how many bytes."""

    title: str
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class KeyAge:
    """A key by use: the beginning of its id and its age in days (None: not noted); due when the newest is too old."""

    use: str
    key_id: str
    days: int | None
    is_newest: bool

    @property
    def is_due(self) -> bool:
        """Tell whether a change is due; a key without a date is from before dates were noted."""
        return self.is_newest and (self.days is None or self.days > KEY_DAYS)


@dataclass(frozen=True, slots=True)
class RobotCount:
    """How many group robots there are, and how many speak."""

    total: int
    on: int


def versions() -> Versions:
    """Tell the versions of product, Python, Django and database."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    number = ".".join(map(str, connection.get_database_version()))
    return Versions(
        product=project["version"],
        python=platform.python_version(),
        framework=django.get_version(),
        database=f"{connection.display_name} {number}",
    )


def disk_space() -> tuple[int, int]:
    """Give the free and all bytes of the disk that the data directory lies on."""
    usage = shutil.disk_usage(settings.VAR_DIR)
    return usage.free, usage.total


def folder_sizes() -> list[FolderSize]:
    """Measure the folders of the data directory; files that vanish meanwhile do not count."""
    found: dict[str, tuple[int, int]] = {}
    for name, size in _sizes(Path(settings.VAR_DIR)):
        title = FOLDERS.get(name, OTHER)
        files, total = found.get(title, (0, 0))
        found[title] = files + 1, total + size
    return [FolderSize(title, *found[title]) for title in [*FOLDERS.values(), OTHER] if title in found]


def key_ages(at: datetime) -> list[KeyAge]:
    """Tell how old the keys of each use are, the newest first; never what they are."""
    ring = keyring()
    return [
        KeyAge(use, key.id[:ID_SHOWN], (at - key.since).days if key.since else None, key.id == ring.newest(use))
        for use in PURPOSES
        for key in reversed(ring.keys[use])
    ]


def batch_counts() -> list[tuple[str, int]]:
    """Count the batches of the whole portal by state, those states that occur, in the order of the work."""
    counted = dict(ImportBatch.objects.order_by().values_list("state").annotate(Count("pk")))
    return [(str(state.label), counted[state]) for state in BatchState if state in counted]


def robot_count() -> RobotCount:
    """Count the robots."""
    flags = list(Robot.objects.values_list("is_on", flat=True))
    return RobotCount(len(flags), sum(flags))


def _sizes(root: Path) -> Iterator[tuple[str, int]]:
    """Give each file's folder right below the root ("" for the root itself) and its bytes."""
    for folder, _folders, files in os.walk(root):
        name = Path(folder).relative_to(root).parts[:1]
        for file in files:
            try:
                yield "".join(name), os.lstat(Path(folder, file)).st_size
            except FileNotFoundError:
                continue
