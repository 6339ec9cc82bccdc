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
def installation(**services: str) -> Iterator[Path]:
    """Prepare a demonstration district in a folder that is gone afterwards; this process's environment points at it.

    ``services`` are ``DATABASE_URL`` and ``REDIS_URL``; without them SQLite and the filesystem queue serve.
    """
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="youthleague-") as folder:
        var_dir = Path(folder)
        for name in ("DATABASE_URL", "REDIS_URL", "KEY_FILE", "STATIC_ROOT"):
            os.environ.pop(name, None)
        os.environ.update(VAR_DIR=folder, DEMO="1", **services)
        create_key_file(var_dir / "keys.json")
        try:
            subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True)
            yield var_dir
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def portal(**services: str) -> Iterator[tuple[Path, str]]:
    """Run the whole portal on such an installation; lend its folder and its address."""
    with installation(**services) as var_dir:
        port = free_port()
        with procfile(port) as process:
            if not wait_until_ready(process, port):
                raise SystemExit("门户没有就绪，原因见上面的输出。")
            yield var_dir, f"http://127.0.0.1:{port}"
