"""Keep one process running: ``python -m scripts.keep_running COMMAND ARGUMENT…``.

The command is started again a second after it ends. SIGTERM, SIGINT or the end of the supervisor ends both at once;
the command has a session of its own, so that whatever it leaves behind (workers of a killed master) goes with it.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
RESTART_PAUSE = 1.0
STOP_SECONDS = 3.0
DIES_WITH_KEEPER = ("setpriv", "--pdeathsig", "KILL")


class Keeper:
    """The loop around one command."""

    def __init__(self, command: Sequence[str], supervisor: int | None) -> None:
        self.command = command
        self.wakeup, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: None)
        self.ends = [self.wakeup]
        if supervisor is not None:
            self.ends.append(os.pidfd_open(supervisor))

    def run(self) -> int:
        """Start the command again and again until this process is told to stop."""
        while True:
            child = subprocess.Popen([*DIES_WITH_KEEPER, *self.command], start_new_session=True)
            stopped = self._stopped_before_end_of(child)
            self._end(child)
            if stopped:
                return 0
            print(f"{self.command[0]} 已退出（代码 {child.returncode}），一秒后重新启动。", flush=True)
            if self._told_to_stop(RESTART_PAUSE):
                return 0

    def _stopped_before_end_of(self, child: subprocess.Popen[bytes]) -> bool:
        ended = os.pidfd_open(child.pid)
        try:
            ready, _, _ = select.select([ended, *self.ends], [], [])
        finally:
            os.close(ended)
        return ended not in ready

    def _told_to_stop(self, seconds: float) -> bool:
        ready, _, _ = select.select(self.ends, [], [], seconds)
        return bool(ready)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        """Ask politely, wait a little, then sweep the whole session."""
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _supervisor() -> int | None:
    """Return the process to end with; one that is gone already means that there is nothing to keep running."""
    text = os.environ.get("SUPERVISOR_PID", "")
    return int(text) if text else None


def main() -> int:
    """Run the command of the command line."""
    started = time.monotonic()
    try:
        keeper = Keeper(sys.argv[1:], _supervisor())
    except ProcessLookupError:
        return 0
    code = keeper.run()
    print(f"{sys.argv[1]} 已停止，共运行 {time.monotonic() - started:.0f} 秒。", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
