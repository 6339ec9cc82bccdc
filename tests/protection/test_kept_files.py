"""Attached files on disk: sealed, private, whole or not there, and swept when nobody knows them."""

import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from tests.protection.polyglots import pdf
from youthleague.protection import holdings, kept_files
from youthleague.protection.holdings import Folder, register_sealed_folder
from youthleague.protection.kept_files import discard, keep, kept_path, open_kept, sweep_kept
from youthleague.protection.uploads import checked_upload

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLEAN = checked_upload("方案.pdf", pdf(), most_bytes=1 << 20)


@pytest.fixture
def folder(settings, tmp_path, monkeypatch) -> Folder:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(holdings, "_folders", {})
    found = Folder("试验文件", "tests.kept", partial(kept_path, "trial"))
    register_sealed_folder(found)
    return found


def test_a_file_is_kept_sealed_and_private_under_a_random_name(folder):
    first, second = keep(folder, CLEAN), keep(folder, CLEAN)
    assert first != second
    assert {path.name for path in folder.path().iterdir()} == {first, second}
    stored = folder.path() / first
    assert (stored.stat().st_mode & 0o777, folder.path().stat().st_mode & 0o777) == (0o600, 0o700)
    assert b"%PDF" not in stored.read_bytes()
    assert open_kept(folder, first) == CLEAN.content


def test_a_folder_that_a_change_of_keys_would_miss_is_refused(folder):
    with pytest.raises(LookupError):
        keep(Folder("别的", "tests.other", folder.path), CLEAN)
    assert not folder.path().exists()


def test_nothing_is_kept_while_the_disk_is_full(folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=kept_files.LEAST_FREE_BYTES))
    with pytest.raises(OSError, match="No space") as full:
        keep(folder, CLEAN)
    assert full.value.errno == errno.ENOSPC
    assert list(folder.path().iterdir()) == []


@pytest.mark.parametrize("name", ["", "../keys.json", "x", "0" * 32, "A" * 32])
def test_a_name_that_is_none_of_ours_opens_and_removes_nothing(folder, name):
    kept = keep(folder, CLEAN)
    (folder.path().parent / "keys.json").write_bytes(b"{}")
    with pytest.raises(FileNotFoundError):
        open_kept(folder, name)
    discard(folder, name)
    assert (folder.path().parent / "keys.json").exists()
    assert open_kept(folder, kept) == CLEAN.content


def test_a_discarded_file_is_gone_and_its_neighbour_stays(folder):
    first, second = keep(folder, CLEAN), keep(folder, CLEAN)
    discard(folder, first)
    assert [path.name for path in folder.path().iterdir()] == [second]


def test_what_no_record_names_is_swept_after_a_day(folder):
    known, lost, fresh = (keep(folder, CLEAN) for _ in range(3))
    draft = folder.path() / f".{lost}.0123abcd"
    draft.write_bytes(b"half")
    (folder.path() / "below").mkdir()
    old = (NOW - timedelta(days=2)).timestamp()
    for path in (folder.path() / known, folder.path() / lost, draft):
        os.utime(path, (old, old))
    os.utime(folder.path() / fresh, (NOW.timestamp(), NOW.timestamp()))
    assert sweep_kept(folder, known={known}, at=NOW) == 2
    assert {path.name for path in folder.path().iterdir()} == {known, fresh, "below"}


def test_a_folder_that_was_never_used_has_nothing_to_sweep(folder):
    assert sweep_kept(folder, known=set(), at=NOW) == 0
