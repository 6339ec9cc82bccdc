"""What the reading child gives up before it touches the file: memory, time, files, the network (child side)."""

import ctypes
import os
import resource

MEGABYTE = 1 << 20
ADDRESS_SPACE = 400 * MEGABYTE
PRIVATE_MEMORY = 270 * MEGABYTE  # what the child can make resident, apart from the code it maps
BASE_SECONDS = 5
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def confine(path: str, *, seconds: int = 0, file_bytes: int = MEGABYTE) -> None:
    """Set the limits of this process for good; CPU time grows with the file, by 1 s per MB, unless it is given."""
    # no pathlib, which costs the child its start
    seconds = seconds or BASE_SECONDS + os.stat(path).st_size // MEGABYTE  # noqa: PTH116
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_DATA, (PRIVATE_MEMORY, PRIVATE_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    leave_the_network()


def leave_the_network() -> bool:
    """Move into an empty network namespace; unprivileged users need a user namespace for it, which may be forbidden."""
    libc = ctypes.CDLL(None)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def peak_kb() -> int:
    """Read this process's own peak resident memory; rusage would count the parent's from before exec."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        lines = [line.split() for line in status if line.startswith("VmHWM:")]
    return int(lines[0][1]) if lines else 0
