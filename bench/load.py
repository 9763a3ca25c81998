"""The load: wrk where the machine has it, else a threaded client; requests a second, p50 and p95, CPU a request."""

import http.client
import re
import shutil
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from bench.server import Served

WARM = 0.7  # seconds of load that are not counted


@dataclass
class Reading:
    """What one page cost under one load."""

    path: str
    clients: int
    requests: int
    per_second: float
    p50_ms: float
    p95_ms: float
    server_cpu_ms: float
    database_cpu_ms: float
    failed: int

    @property
    def cpu(self) -> float:
        """CPU milliseconds a request of server and database."""
        return self.server_cpu_ms + self.database_cpu_ms

    def as_dict(self) -> dict[str, object]:
        """Plain data, rounded."""
        return {key: round(value, 2) if isinstance(value, float) else value for key, value in asdict(self).items()}


def measure(served: Served, path: str, *, clients: int, seconds: float, compressed: bool = False) -> Reading:
    """Load one page for some seconds and read the CPU before and after."""
    hit(served.base, path)
    _threads(served.base, path, 8, WARM, {})  # so that every worker has seen the page
    before = served.cpu()
    run = _wrk if shutil.which("wrk") else _threads
    headers = {"Accept-Encoding": "zstd, br, gzip"} if compressed else {}
    requests, per_second, p50, p95, failed = run(served.base, path, clients, seconds, headers)
    after = served.cpu()
    count = max(1, requests)
    server, database = ((now - then) / count for now, then in zip(after, before, strict=True))
    return Reading(path, clients, requests, per_second, p50, p95, server, database, failed)


def hit(base: str, path: str, encoding: str = "identity") -> int:
    """One request, to warm the page; refuses an answer that is not 200. Returns its bytes."""
    address = urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, f"{path} answers {answer.status}"
    return len(body)


def _wrk(base: str, path: str, clients: int, seconds: float, headers: dict[str, str]) -> tuple[int, float, float, float, int]:
    script = "bench/report.lua"
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--latency", *given, "-s", script, base + path]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"REPORT (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", text)
    assert numbers, text
    requests, duration_us, p50_us, p95_us, failed = (float(n) for n in numbers.groups())
    return int(requests), requests / (duration_us / 1e6), p50_us / 1000, p95_us / 1000, int(failed)


def _threads(base: str, path: str, clients: int, seconds: float, headers: dict[str, str]) -> tuple[int, float, float, float, int]:
    address = urlsplit(base)
    end = time.monotonic() + seconds
    times: list[float] = []
    failed = 0
    guard = threading.Lock()

    def client() -> None:
        nonlocal failed
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        mine, bad = [], 0
        while time.monotonic() < end:
            start = time.perf_counter()
            connection.request("GET", path, headers=headers or {"Accept-Encoding": "identity"})
            answer = connection.getresponse()
            answer.read()
            bad += answer.status != 200
            mine.append((time.perf_counter() - start) * 1000)
        with guard:
            times.extend(mine)
            failed += bad

    started = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    took = time.monotonic() - started
    return len(times), len(times) / took, times[len(times) // 2], times[int(len(times) * 0.95)], failed
