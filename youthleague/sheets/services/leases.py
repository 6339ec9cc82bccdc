"""A lease says who works on a batch now; it ends with the process that holds it, however that process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

_LOCK_CLASS = 7_201  # the first half of the advisory lock's key: import batches


@contextmanager
def lease(batch_id: int) -> Iterator[bool]:
    """Hold the lease of a batch if it is free; tells whether it is held."""
    held = _postgresql_lease if connection.vendor == "postgresql" else _file_lease
    with held(batch_id) as acquired:
        yield acquired


def is_free(batch_id: int) -> bool:
    """Tell whether nobody works on a batch."""
    with lease(batch_id) as acquired:
        return acquired


@contextmanager
def _postgresql_lease(batch_id: int) -> Iterator[bool]:
    """Take a session advisory lock: the server frees it when the connection ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, batch_id % 2**31])
        acquired = bool(cursor.fetchone()[0])
    try:
        yield acquired
    finally:
        if acquired and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, batch_id % 2**31])


@contextmanager
def _file_lease(batch_id: int) -> Iterator[bool]:
    """Lock a file: the kernel frees it when the process ends."""
    Path(settings.LEASE_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(settings.LEASE_DIR / f"batch-{batch_id}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
