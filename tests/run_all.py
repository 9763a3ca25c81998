"""`make test`: the suite on SQLite, then on PostgreSQL and in Chromium where the machine has them; says what was left out.

In CI (CI=true) nothing may be left out.
"""

import os
import subprocess
import sys

from tests.browsers import find_chromium
from tests.databases import postgres_bin


def main() -> int:
    """Run every part; the exit code is 0 only when all that ran passed, and in CI only when all ran."""
    both_cores = ["-n", str(min(4, os.cpu_count() or 1))]
    in_ci = os.environ.get("CI") == "true"
    parts: list[tuple[str, list[str], bool, str]] = [
        ("SQLite", ["-m", "not browser", *both_cores], True, ""),
        ("PostgreSQL", ["-m", "not browser", "--db", "postgresql", *both_cores], postgres_bin() is not None, "postgresql"),
        ("Chromium", ["-m", "browser", "tests/browser"], find_chromium() is not None, "chromium"),
    ]
    failed, left_out = [], []
    for name, arguments, present, package in parts:
        if not present:
            left_out.append(f"{name} (not on this machine; on Debian: apt-get install {package})")
            continue
        print(f"\n== {name} ==", flush=True)
        if subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], check=False).returncode:
            failed.append(name)
    for text in left_out:
        print(f"LEFT OUT: {text}")
    if failed:
        print("FAILED: " + ", ".join(failed))
    if not failed:
        print("All parts passed." if not left_out else "What ran has passed.")
    return 1 if failed or (in_ci and left_out) else 0


if __name__ == "__main__":
    raise SystemExit(main())
