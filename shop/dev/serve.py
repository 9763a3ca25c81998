"""`make run`: bring the database up to date, open the demo hall, start the web server and the job consumer, stop both together.

Run as `python -m shop.dev.serve`. PORT, INSTANCE and DATABASE_URL are honoured.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType


def main() -> int:
    """Run until interrupted; returns the exit code of whichever part ended first."""
    port = int(os.environ.setdefault("PORT", "8000"))
    os.environ.setdefault("APP_ENV", "demo")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ["FLASK_APP"] = "wsgi:flask_app"
    if not _is_free(port):
        print(f"포트 {port}을(를) 다른 프로그램이 쓰고 있습니다. PORT=8001 make run 처럼 다른 번호를 주세요.", file=sys.stderr)
        print(f"Port {port} is in use. Choose another: PORT=8001 make run", file=sys.stderr)
        return 2
    flask = [sys.executable, "-m", "flask"]
    for command in (["db", "upgrade"], ["hall", "open"]):
        code = subprocess.run([*flask, *command], check=False).returncode
        if code:
            return code
    parts = [
        subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"], start_new_session=True),
        subprocess.Popen([*flask, "jobs", "consume"], start_new_session=True),
    ]
    return _watch(parts)


def _watch(parts: list[subprocess.Popen[bytes]]) -> int:
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not stopping and all(part.poll() is None for part in parts):
        time.sleep(0.2)
    for part in parts:
        if part.poll() is None:
            part.terminate()
    for part in parts:
        try:
            part.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)
    return 0 if stopping else max(part.returncode or 0 for part in parts) or 1


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    raise SystemExit(main())
