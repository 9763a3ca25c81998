"""`python -m bench`: one table on the terminal and the same as JSON in bench/results/. Nothing it starts outlives it."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from bench import report
from bench.counting import count_statements
from bench.databases import Filled, open_database
from bench.load import Reading, hit, measure
from bench.server import Served, ServerDown, gunicorn, mapped_mib, pss_mib

RESULTS = Path(__file__).parent / "results"
PRODUCTS, FEW, MANY = 10_000, 1_000, 100_000
BARE = "/page"


def pages() -> dict[str, str]:
    """The pages that are measured: name and address."""
    from bench.catalogue import code_of

    return {"home": "/", "category": "/zones/living", "product": f"/goods/{code_of(101)}",
            "search 비누": f"/search?q={quote('비누')}"}


def main() -> None:
    """Read the options and run."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and folders are cleared away all the same
    options = _options()
    databases = [kind for kind in ("sqlite", "postgresql") if not options.only or kind in options.only or options.only & ROWS]
    if set(databases) & (options.only or set()):
        databases = [kind for kind in databases if kind in options.only]
    databases = _available(databases)
    started = time.monotonic()
    found: dict[str, Any] = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "products": options.products,
                             "client": "wrk" if shutil.which("wrk") else "threads", "databases": {}}
    folder = Path(tempfile.mkdtemp(prefix="ongoeul-bench-"))
    try:
        with gunicorn("bench.bare:app", {}, "/hello") as bare:
            found["bare"] = _measure_bare(bare, options)
            for kind in databases:
                found["databases"][kind] = {}
                _measure_database(kind, folder / kind, bare, options, found["databases"][kind])
    except ServerDown as problem:
        print(f"{problem}\nWhat was measured until then:")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found["seconds"] = round(time.monotonic() - started)
    print(report.table(found))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{found['at'][:19].replace(':', '')}.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    print(f"\n{found['seconds']} s; the same as JSON: {path}")


ROWS = {"pages", "orders", "scale"}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short loads and 2,000 products; says little, proves that it runs")
    parser.add_argument("--only", nargs="+", default=[], choices=["sqlite", "postgresql", *sorted(ROWS)],
                        help="narrow to databases and to pages, orders or scale")
    parser.add_argument("--seconds", type=float, help="length of one load (3, quick 1)")
    parser.add_argument("--rounds", type=int, help="times each page is measured; the median counts (3, quick 1)")
    parser.add_argument("--products", type=int, help=f"size of the catalogue ({PRODUCTS:,}, quick 2,000)")
    options = parser.parse_args()
    options.only = set(options.only)
    options.seconds = options.seconds or (1 if options.quick else 3)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.products = options.products or (2_000 if options.quick else PRODUCTS)
    options.parts = options.only & ROWS or ROWS
    return options


def _available(kinds: list[str]) -> list[str]:
    """Without wrk a threaded client loads the pages; without PostgreSQL its half is left out. Both are said."""
    from tests.databases import postgres_bin

    if not shutil.which("wrk"):
        print("wrk is not installed: a threaded Python client loads the pages; its requests a second are not the shop's limit.")
    if "postgresql" in kinds and postgres_bin() is None:
        print("PostgreSQL is not installed: SQLite only.")
        kinds = [kind for kind in kinds if kind != "postgresql"]
    return kinds


def _measure_bare(bare: Served, options: argparse.Namespace) -> dict[str, Any]:
    rows = {}
    for name, path in (("Flask hello", "/hello"), ("bare 30 KB page", BARE)):
        rounds = [measure(bare, path, clients=8, seconds=options.seconds) for _ in range(options.rounds)]
        alone = measure(bare, path, clients=1, seconds=options.seconds)
        rows[name] = _row(rounds, alone, []) | {"bytes": hit(bare.base, path), "queries": 0, "writes": 0}
    return rows


def _measure_database(kind: str, folder: Path, bare: Served, options: argparse.Namespace, answer: dict[str, Any]) -> None:
    """Write into `answer` what each part finds, so that a part that breaks does not take the others with it."""
    if options.parts & {"pages", "orders"}:
        with _filled(kind, folder / "main", options.products) as (filled, served):
            if "pages" in options.parts:
                answer["pages"] = _measure_pages(filled, served, bare, options)
            if "orders" in options.parts:
                answer["orders"] = _measure_orders(filled, served, options)
            answer["pss_mib"] = round(pss_mib(served.pid), 1)
            answer["pss_database_file_mib"] = round(mapped_mib(served.pid, ".sqlite3"), 1)
    if "scale" in options.parts:
        answer["scale"] = _measure_scale(kind, folder, options)


@contextmanager
def _filled(kind: str, folder: Path, count: int) -> Iterator[tuple[Filled, Served]]:
    from bench.catalogue import fill

    with open_database(kind, folder) as filled:
        begun = time.monotonic()
        fill(filled.app, count)
        print(f"{kind}: {count:,} products loaded in {time.monotonic() - begun:.0f} s", flush=True)
        with gunicorn("wsgi:app", filled.env, "/healthz", filled.database_pid) as served:
            yield filled, served


def _measure_pages(filled: Filled, served: Served, bare: Served, options: argparse.Namespace) -> dict[str, Any]:
    """Each round measures the bare page and then every page, so that both saw the same machine; the median ratio counts."""
    readings: dict[str, list[Reading]] = {name: [] for name in pages()}
    floor: list[Reading] = []
    for _ in range(options.rounds):
        floor.append(measure(bare, BARE, clients=8, seconds=options.seconds))
        for name, path in pages().items():
            readings[name].append(measure(served, path, clients=8, seconds=options.seconds))
    rows: dict[str, Any] = {}
    for name, path in pages().items():
        alone = measure(served, path, clients=1, seconds=options.seconds)
        rows[name] = _row(readings[name], alone, floor) | {"bytes": hit(served.base, path)} | _count_page(filled, path)
    path = pages()["category"]
    packed = [measure(served, path, clients=8, seconds=options.seconds, compressed=True) for _ in range(options.rounds)]
    rows["category, compressed"] = _row(packed, None, floor) | {"bytes": hit(served.base, path, "zstd, br, gzip")}
    return rows


def _count_page(filled: Filled, path: str) -> dict[str, int]:
    """Statements of a page that has been asked for before (its minute-old counts are at hand), and of the very first."""
    from bench.browser import AppWire, Browser
    from shop.kernel.cache import forget_all

    forget_all()
    first, _ = count_statements(filled.app, lambda: Browser(AppWire(filled.app)).get(path))
    queries, writes = count_statements(filled.app, lambda: Browser(AppWire(filled.app)).get(path))
    return {"queries": queries, "first_queries": first, "writes": writes}


def _measure_orders(filled: Filled, served: Served, options: argparse.Namespace) -> dict[str, Any]:
    from bench import orders

    walk = orders.walk_inside(filled.app, 1)
    walk()
    queries, writes = count_statements(filled.app, walk)
    rows: dict[str, Any] = {}
    adds = orders.load_adds(served, clients=8, seconds=options.seconds)
    rows["add to cart (POST)"] = _row([adds], orders.load_adds(served, clients=1, seconds=options.seconds), [])
    alone, first = orders.load_orders(served, clients=1, seconds=options.seconds * 2)
    busy, second = orders.load_orders(served, clients=8, seconds=options.seconds * 2)
    rows["whole guest order"] = _row([busy], alone, []) | {"queries": queries, "writes": writes}
    wrong = orders.check_orders(filled.app, [*first, *second])
    verdict = "; ".join(wrong) or "each stands once and adds up, no unit is promised twice"
    print(f"  {len(first) + len(second)} orders checked in the database: {verdict}", flush=True)
    rows["whole guest order"]["wrong"] = wrong
    return rows


def _measure_scale(kind: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    path = pages()["category"]
    rows: dict[str, Any] = {}
    for count in (FEW, 10 * FEW if options.quick else MANY):
        with _filled(kind, folder / f"scale-{count}", count) as (_, served):
            readings = [measure(served, path, clients=8, seconds=options.seconds) for _ in range(options.rounds)]
            rows[str(count)] = _row(readings, None, [])
    few, many = rows.values()
    return {"category": rows, "ratio": round(many["cpu_ms"] / few["cpu_ms"], 2)}


def _row(readings: list[Reading], alone: Reading | None, floor: list[Reading]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "cpu_ms": round(median(reading.cpu for reading in readings), 2),
        "server_cpu_ms": round(median(reading.server_cpu_ms for reading in readings), 2),
        "database_cpu_ms": round(median(reading.database_cpu_ms for reading in readings), 2),
        "per_second_8": round(median(reading.per_second for reading in readings), 1),
        "p50_ms_8": round(median(reading.p50_ms for reading in readings), 1),
        "p95_ms_8": round(median(reading.p95_ms for reading in readings), 1),
        "failed": sum(reading.failed for reading in readings),
    }
    if alone:
        row |= {"per_second_1": round(alone.per_second, 1), "p95_ms_1": round(alone.p95_ms, 1), "cpu_ms_1": round(alone.cpu, 2)}
    if floor:
        row["ratio"] = round(median(reading.cpu / bare.cpu for reading, bare in zip(readings, floor, strict=False)), 2)
    return row


if __name__ == "__main__":
    sys.exit(main())
