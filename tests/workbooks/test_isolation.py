"""What the reading child gives up, seen from inside such a process."""

import json
import resource
import socket
import subprocess
import sys
from pathlib import Path

from youthleague.workbooks.isolation import ADDRESS_SPACE, MEGABYTE, PRIVATE_MEMORY, peak_kb

ROOT = Path(__file__).resolve().parents[2]
INSIDE = """
import json, resource, socket, sys
from youthleague.workbooks import isolation
isolation.confine(sys.argv[1])
names = ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE")
limits = {name: resource.getrlimit(getattr(resource, name)) for name in names}
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=1)
    reached = True
except OSError:
    reached = False
try:
    bytearray(300 << 20)
    memory = "enough"
except MemoryError:
    memory = "refused"
print(json.dumps({"limits": limits, "reached": reached, "memory": memory}))
"""


def test_limits_are_set_and_the_network_is_gone(tmp_path):
    upload = tmp_path / "upload"
    upload.write_bytes(b"x" * (3 << 20))
    with socket.create_server(("127.0.0.1", 0)) as canary:
        port = canary.getsockname()[1]
        command = [sys.executable, "-c", INSIDE, str(upload), str(port)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=30)
        canary.settimeout(0.1)
        told = json.loads(done.stdout)
    assert told["limits"] == {
        "RLIMIT_AS": [ADDRESS_SPACE] * 2,
        "RLIMIT_DATA": [PRIVATE_MEMORY] * 2,
        "RLIMIT_CPU": [8, 9],
        "RLIMIT_FSIZE": [MEGABYTE] * 2,
        "RLIMIT_CORE": [0, 0],
        "RLIMIT_NOFILE": [32, 32],
    }
    assert told["memory"] == "refused"
    assert told["reached"] is False


def test_the_peak_is_that_of_this_process():
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert used / 2 < peak_kb() <= used + 1024
