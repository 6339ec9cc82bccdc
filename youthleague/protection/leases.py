"""A lease says who does a piece of work now; it ends with the process that holds it, however that process ends."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def lease(name: str) -> Iterator[bool]:
    """Hold the lease of a name (``batch-12``) if it is free; tells whether it is held."""
    held = _postgresql_lease if connection.vendor == "postgresql" else _file_lease
    with held(name) as acquired:
        yield acquired


def is_free(name: str) -> bool:
    """Tell whether nobody holds the lease of a name."""
    with lease(name) as acquired:
        return acquired


@contextmanager
def _postgresql_lease(name: str) -> Iterator[bool]:
    """Take a session advisory lock: the server frees it when the connection ends."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        acquired = bool(cursor.fetchone()[0])
    try:
        yield acquired
    finally:
        if acquired and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _file_lease(name: str) -> Iterator[bool]:
    """Lock a file: the kernel frees it when the process ends."""
    Path(settings.LEASE_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(settings.LEASE_DIR / name, os.O_RDWR | os.O_CREAT, 0o600)
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
