"""Start the portal: prepare the database, run the Procfile, say when it answers, and end all of it together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NoReturn

from scripts.accounts import one_per_role, read_accounts

ROOT = Path(__file__).resolve().parent.parent
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PROCFILE = ("web", "worker", "beat")
MOST_PROCESSES = 64
READY_SECONDS = 120.0
STOP_SECONDS = 8.0


def _stop(*_: object) -> NoReturn:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def whole_number(name: str, default: int, *, most: int) -> int:
    """Read a number from one on, or stop the start with a sentence that names the variable."""
    text = os.environ.get(name) or str(default)
    if not (re.fullmatch(r"[1-9][0-9]{0,4}", text) and int(text) <= most):
        raise SystemExit(f"环境变量 {name} 应为 1 至 {most} 的整数。")
    return int(text)


def process_numbers() -> str:
    """Read how many of each process are wanted, as honcho takes it; without the variable one of each."""
    text = os.environ.get("PROCESSES") or "web=1"
    one = f"({'|'.join(PROCFILE)})=[0-9]{{1,2}}"
    if not re.fullmatch(f"{one}(,{one})*", text):
        raise SystemExit(f"环境变量 PROCESSES 应为“进程=个数”，多个之间用逗号分隔；进程有 {'、'.join(PROCFILE)}。")
    return text


def is_port_free(port: int) -> bool:
    """Tell whether nothing listens on the port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def process_environment(port: int) -> dict[str, str]:
    """Build what the processes get: our interpreter's commands first, and whose end is theirs as well."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    own = {"PATH": path, "PORT": str(port), "SUPERVISOR_PID": str(os.getpid()), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **own}


def restart_loops() -> list[int]:
    """List the loops of the Procfile that belong to this process."""
    ours = f"SUPERVISOR_PID={os.getpid()}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # another user's, or gone in between
            if b"scripts.keep_running" in (folder / "cmdline").read_bytes():
                found += [int(folder.name)] if ours in (folder / "environ").read_bytes().split(b"\0") else []
    return found


def end(honcho: subprocess.Popen[bytes]) -> None:
    """End the loops and honcho; honcho alone would leave them when its output is closed."""
    honcho.terminate()
    for pid in restart_loops():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while restart_loops() and time.monotonic() < deadline:
        time.sleep(0.1)
    with suppress(subprocess.TimeoutExpired):
        honcho.wait(1)
    with suppress(ProcessLookupError):
        os.killpg(honcho.pid, signal.SIGKILL)
    honcho.wait()


@contextmanager
def procfile(port: int, output: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run the Procfile for as long as the block lasts; ``output`` is where its lines go if not to the terminal."""
    command = [sys.executable, "-m", "honcho", "start", "--env", os.devnull, "--concurrency", process_numbers()]
    process = subprocess.Popen(command, cwd=ROOT, env=process_environment(port), start_new_session=True, stdout=output)
    try:
        yield process
    finally:
        end(process)


def readiness(port: int, host: str) -> int:
    """Ask /readyz as the proxy in front would; 0 when nothing answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the portal answers; tell whether it did."""
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip().lstrip(".*") or "127.0.0.1"
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if readiness(port, host) == 200:
            return True
        time.sleep(0.1)
    return False


def holds_back_interrupt(pid: int) -> bool:
    """Tell whether a process blocks SIGINT: make does so once it was interrupted, and waits for us without telling."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    blocked = next(int(line.split()[1], 16) for line in lines if line.startswith("SigBlk:"))
    return bool(blocked >> (signal.SIGINT - 1) & 1)


def wait_for_end(process: subprocess.Popen[bytes], make: int | None) -> int:
    """Wait until the processes end, or until the make that started us was interrupted or is gone."""
    while process.poll() is None:
        if make is not None and (os.getppid() != make or holds_back_interrupt(make)):
            return 0
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    return process.returncode


def seconds_since_start(pid: int) -> float:
    """Tell how long a process has been running."""
    since_boot = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    ticks = int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19])
    return since_boot - ticks / os.sysconf("SC_CLK_TCK")


def announcement(port: int, var_dir: Path, seconds: float, *, demo: bool) -> str:
    """Write what the person at the terminal needs: the address and, in demonstration mode, one account per role."""
    lines = ["", f"门户已就绪：http://127.0.0.1:{port}/", f"启动用时 {seconds:.1f} 秒。"]
    accounts = one_per_role(read_accounts(var_dir)) if demo else []
    if accounts:
        lines += ["", f"演示账号（全部账号见 {var_dir / 'demo-accounts.txt'}）："]
        lines += [f"  {row.username:<22} {row.password:<22} {row.title}" for row in accounts]
    return "\n".join([*lines, "", "按 Ctrl-C 停止。", ""])


def main() -> int:
    """Prepare, start, announce, wait."""
    make = os.getppid() if "MAKELEVEL" in os.environ else None
    port = whole_number("PORT", 8000, most=65535)
    for name in ("WEB_WORKERS", "WORKER_PROCESSES"):
        whole_number(name, 2, most=MOST_PROCESSES)
    process_numbers()
    var_dir = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()
    os.umask(0o077)  # what the portal writes is nobody else's
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    if not is_port_free(port):
        print(f"端口 {port} 已被占用，请停止占用它的程序，或用 PORT=其他端口 启动。", file=sys.stderr)
        return 1
    if subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=False).returncode:
        return 1
    with procfile(port) as process:
        if not wait_until_ready(process, port):
            print("门户没有就绪，原因见上面的输出。", file=sys.stderr)
            return 1
        seconds = seconds_since_start(make or os.getpid())
        print(announcement(port, var_dir, seconds, demo=os.environ.get("DEMO") == "1"), flush=True)
        return wait_for_end(process, make)


if __name__ == "__main__":
    sys.exit(main())
