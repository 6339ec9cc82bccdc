"""An installation of its own in a temporary folder: keys, demonstration district, and a server when asked for."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.serve import ROOT, procfile, wait_until_ready
from youthleague.protection.keyfile import create_key_file


def free_port() -> int:
    """Find a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set variables for a while; those that lead elsewhere are taken out meanwhile."""
    names = {*values, "DATABASE_URL", "REDIS_URL", "KEY_FILE", "STATIC_ROOT"}
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name, None)
        os.environ.update(before)


@contextmanager
def installation(**services: str) -> Iterator[Path]:
    """Prepare a demonstration district in a folder that is gone afterwards; this process's environment points at it.

    ``services`` are ``DATABASE_URL`` and ``REDIS_URL``; without them SQLite and the filesystem queue serve.
    """
    with (
        tempfile.TemporaryDirectory(prefix="youthleague-") as folder,
        environment(VAR_DIR=folder, DEMO="1", **services),
    ):
        var_dir = Path(folder)
        create_key_file(var_dir / "keys.json")
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True)
        yield var_dir


@contextmanager
def portal(**services: str) -> Iterator[tuple[Path, str]]:
    """Run the whole portal on such an installation; lend its folder and its address."""
    with installation(**services) as var_dir:
        port = free_port()
        with procfile(port) as process:
            if not wait_until_ready(process, port):
                raise SystemExit("门户没有就绪，原因见上面的输出。")
            yield var_dir, f"http://127.0.0.1:{port}"
