"""A change of keys, from the first new key to the last old one taken out; begun again wherever it was broken off.

Nothing is kept of how far it has come: each stored value says under which key it is. So a run does what is left to do,
two at once do no harm, and a key goes only after a search has found nothing under it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import sleep

from django.db import OperationalError

from youthleague.protection.conversion import (
    convert_column,
    convert_folder,
    files_not_under,
    files_under,
    fill_coming,
    indexes_lacking,
    indexes_under,
    latest_opens,
    name_coming,
    sweep_drafts,
    switch_indexes,
    values_not_under,
    values_under,
)
from youthleague.protection.holdings import Folder, columns, folders, indexes
from youthleague.protection.indexes import keys_in_use
from youthleague.protection.keyfile import CONVERTED, remove_key
from youthleague.protection.keys import keyring

PASSES = 20
PAUSE_SECONDS = 0.5
CHUNK_PAUSE_SECONDS = 0.002


@dataclass(frozen=True)
class Pace:
    """How long to wait for others before a step that they must not miss."""

    # Longer than any task or page may take (CELERY_TASK_TIME_LIMIT is ten minutes): what was encrypted under an old key
    # before its successor came is committed by then, and so is found.
    settling: timedelta = timedelta(minutes=15)
    # Longer than a process goes on with its old ring (keys.LOOK_EVERY_SECONDS).
    learning: timedelta = timedelta(seconds=3)
    # Files that people keep carry these signatures; one that is older than this has to be downloaded anew.
    stamps: timedelta = timedelta(days=180)


@dataclass(frozen=True)
class Progress:
    """How far one part has come."""

    title: str
    done: int
    total: int


@dataclass
class Outcome:
    """What a run has done, and what is left for the next."""

    converted: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    removed: list[str] = field(default_factory=list)
    waits: bool = False

    @property
    def is_complete(self) -> bool:
        """Tell whether no old key is left that is to go."""
        return not self.left and not self.waits


@dataclass(frozen=True)
class _Part:
    title: str
    rest: Callable[[], int]
    work: Callable[[Counter[str]], Iterator[int]]


def rotate(path: Path, outcome: Outcome, *, at: datetime, pace: Pace) -> Iterator[Progress]:
    """Do all that is left of a change of keys, telling how far it has come; ``outcome`` is filled on the way.

    ``at`` is the moment at which the run begins.
    """
    ring = keyring(fresh=True)
    for part in _parts(ring.newest("field"), at):
        yield from _through(part, outcome)
    if len(ring.ids("index")) > 1 and keys_in_use().current != ring.newest("index"):
        yield from _rotate_indexes(ring.newest("index"), outcome, at, pace)
    for use, count in (("field", _values_under), ("index", _indexes_under)):
        _take_out(path, use, count, outcome, at - pace.settling)
    _take_out_stamps(path, outcome, at - pace.stamps)


def is_under_way() -> bool:
    """Tell whether a change of keys is not through."""
    ring = keyring(fresh=True)
    return any(len(ring.ids(use)) > 1 for use in CONVERTED)


def unreadable_columns() -> list[str]:
    """Name the columns whose latest value does not open with the keys of this file."""
    return [column.title for column in columns() if not latest_opens(column)]


# ---- what is to be made anew -----------------------------------------------------------
def _parts(newest: str, at: datetime) -> Iterator[_Part]:
    for column in columns():
        yield _Part(column.title, partial(values_not_under, column, newest), partial(convert_column, column, newest))
    for folder in folders():
        sweep_drafts(folder, at)
        yield _Part(folder.title, partial(_files_left, folder, newest), partial(convert_folder, folder, newest))


def _files_left(folder: Folder, newest: str) -> int:
    return len(files_not_under(folder, newest))


def _through(part: _Part, outcome: Outcome) -> Iterator[Progress]:
    """Pass through a part until nothing is left but what does not open, or what others do not let go."""
    total = left = part.rest()
    failures: Counter[str] = Counter()
    for attempt in range(PASSES):
        if left <= failures[part.title]:
            break
        sleep(PAUSE_SECONDS if attempt else 0)
        failures, done = Counter(), 0
        for count in part.work(failures):
            done += count
            yield Progress(part.title, min(done, total), total)
            sleep(CHUNK_PAUSE_SECONDS)
        left = part.rest()
    outcome.converted[part.title] += total - left
    outcome.failures.update(failures)
    outcome.left.update({part.title: left} if left else {})


# ---- blind indexes -----------------------------------------------------------------------
def _rotate_indexes(newest: str, outcome: Outcome, at: datetime, pace: Pace) -> Iterator[Progress]:
    name_coming(newest)
    for attempt in range(PASSES):
        sleep(PAUSE_SECONDS if attempt else 0)
        filled = Outcome()
        for index in indexes():
            rest = partial(indexes_lacking, index, newest)
            yield from _through(_Part(index.title, rest, partial(fill_coming, index, newest)), filled)
        _wait_until_known("index", at, pace)
        outcome.converted.update(filled.converted)
        if filled.failures or _switched(newest):
            break
    outcome.failures.update(filled.failures)
    outcome.left.update(filled.left)


def _switched(newest: str) -> bool:
    try:
        return switch_indexes(indexes(), newest)
    except OperationalError:  # a long import holds the table
        return False


def _wait_until_known(use: str, at: datetime, pace: Pace) -> None:
    """Let every process learn of the newest key before something is found by it alone."""
    since = keyring().keys[use][-1].since
    if since is not None and pace.learning:
        sleep(max(0.0, (since + pace.learning - at).total_seconds()))


# ---- taking old keys out -----------------------------------------------------------------
def _take_out(path: Path, use: str, count: Callable[[str], int], outcome: Outcome, settled: datetime) -> None:
    """Take out the keys under which nothing is found, once nobody can be at work with them."""
    *old, newest = keyring(fresh=True).keys[use]
    if old and newest.since is not None and newest.since > settled:
        outcome.waits = True
        return
    for key in old:
        if not count(key.id):
            remove_key(path, use, key.id)
            outcome.removed.append(f"{use}:{key.id}")


def _take_out_stamps(path: Path, outcome: Outcome, oldest: datetime) -> None:
    """Take out the signing keys whose successors are so old that no file in use bears their signatures."""
    stamps = keyring(fresh=True).keys["stamp"]
    for key, successor in pairwise(stamps):
        if successor.since is not None and successor.since < oldest:
            remove_key(path, "stamp", key.id)
            outcome.removed.append(f"stamp:{key.id}")


def _values_under(key_id: str) -> int:
    return sum(values_under(column, key_id) for column in columns()) + sum(
        files_under(folder, key_id) for folder in folders()
    )


def _indexes_under(key_id: str) -> int:
    in_use = keys_in_use().current == key_id
    return in_use + sum(indexes_under(index, key_id) for index in indexes())
