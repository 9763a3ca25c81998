"""Starts gunicorn as shipped and reads what it costs: CPU of its process tree, memory as PSS."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerDown(RuntimeError):
    """The server did not answer; carries what it said."""


@dataclass(frozen=True)
class Served:
    """A running server: where it answers, its process, and that of its database where it has one."""

    base: str
    pid: int
    database_pid: int | None = None

    def cpu(self) -> tuple[float, float]:
        """CPU milliseconds so far of the server and of the database."""
        return cpu_ms(self.pid), cpu_ms(self.database_pid) if self.database_pid else 0.0


@contextmanager
def gunicorn(target: str, env: dict[str, str], ready: str, database_pid: int | None = None) -> Iterator[Served]:
    """Serve `target` with the project's gunicorn.conf.py."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    said = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the server)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py" if "wsgi" in target else "bench/bare_gunicorn.py", target],
        env={**os.environ, **env, "PORT": str(port), "PUBLIC_URL": base}, start_new_session=True, stderr=said,
    )
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(base + ready, timeout=2).read()
                break
            except OSError:
                time.sleep(0.2)
        else:
            said.seek(0)
            raise ServerDown(f"{target} did not come up:\n{said.read().decode()[-1500:]}")
        yield Served(base, process.pid, database_pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        said.close()


def descendants(pid: int) -> list[int]:
    """A process and all processes below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        current = todo.pop()
        found.append(current)
        todo += children.get(current, [])
    return found


def cpu_ms(pid: int) -> float:
    """CPU time used so far by a process tree, those of its children that have ended included."""
    total = 0
    for process in descendants(pid):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(fields[i]) for i in (11, 12, 13, 14))
    return total * TICK_MS


def pss_mib(pid: int) -> float:
    """Proportional memory of a process tree: shared pages counted once."""
    total = 0
    for process in descendants(pid):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def mapped_mib(pid: int, suffix: str) -> float:
    """The part of `pss_mib` that is a mapped file: the kernel's own cache of it, given back when memory is short."""
    total, counts = 0, False
    for process in descendants(pid):
        try:
            text = Path(f"/proc/{process}/smaps").read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if "-" in line.split(" ", 1)[0]:
                counts = line.endswith(suffix)
            elif counts and line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
