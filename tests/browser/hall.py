"""A demo hall served by gunicorn as `make run` serves it, in a folder of its own, on a free loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serve_hall(folder: Path, *, days: int = 30) -> Iterator[str]:
    """Open a demo hall with `days` of trade and serve it; yields its base URL, leaves nothing running."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    env = {**os.environ, "APP_ENV": "demo", "INSTANCE": str(folder), "PORT": str(port), "PUBLIC_URL": base,
           "LOG_LEVEL": "WARNING", "DATABASE_URL": "", "FLASK_APP": "wsgi:flask_app"}
    for command in (["db", "upgrade"], ["hall", "open", "--days", str(days)]):
        subprocess.run([sys.executable, "-m", "flask", *command], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"], env=env, cwd=ROOT,
                              start_new_session=True)
    try:
        _wait(base)
        yield base
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _wait(base: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{base}/readyz", timeout=2).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the hall did not come up")
