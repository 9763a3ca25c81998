"""`flask hall …`: open the demo hall; bring in another till's past sales and prove that every won of them is accounted for."""

import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from shop.dev.demo import opening
from shop.dev.demo.people import PASSWORD
from shop.hall import goods, importing, proof, sales_file
from shop.hall.models import SalesImport
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.reference import add_reference
from shop.vendors.directory import add_directory

cli = AppGroup("hall", help="판매장: 시연 판매장 열기, 예전 계산대의 판매 기록 가져오기.")


@cli.command("import-sales")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vendors", "vendor_map", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV: stock_code, vendor_brn")
@click.option("--source", default="old_till", show_default=True, help="name of the old till: its clearing account and references")
@click.option("--json", "as_json", is_flag=True, help="print the proof as JSON on standard output")
def import_sales(file: Path, vendor_map: Path, source: str, as_json: bool) -> None:
    """Import another till's history; safe to stop and run again. Exits 1 if a single row or won is unexplained."""
    started = time.monotonic()
    try:
        counted = _import(file, vendor_map, source)
        result = _prove(source, counted)
    except ShopError as refusal:
        click.echo(f"refused: {refusal}", err=True)
        sys.exit(2)
    wrong = proof.unexplained(result)
    if result["clearing_won"] != result["won"]["imported"]:
        wrong.append(f"clearing account {result['clearing_won']} differs from imported {result['won']['imported']}")
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else _table(result))
    click.echo(f"{result['rows']['file']:,} rows in {time.monotonic() - started:.0f} s", err=True)
    for line in wrong:
        click.echo(f"unexplained: {line}", err=True)
    sys.exit(1 if wrong else 0)


def _import(file: Path, vendor_map: Path, source: str) -> proof.Tally:
    """Import what is missing and return what the file says, counted in the same pass or in one of its own."""
    brn_of = sales_file.read_vendor_map(vendor_map)
    names: dict[str, str] = {}
    counted = proof.Tally()
    for row in sales_file.read_rows(file):
        counted.add(row.month, 1, row.amount_won)
        if row.stock_code in brn_of and row.description:
            names.setdefault(row.stock_code, row.description)
    now = clock.now()
    with unit_of_work() as session:
        add_reference(session)
        running = importing.begin_import(session, source=source, file_hash=sales_file.hash_file(file), now=now)
        import_id, done = running.id, running.rows_done
        vendors = goods.ensure_vendors(session, numbers=set(brn_of.values()), source=source, now=now)
        known = goods.ensure_goods(session, source=source, vendor_of={code: vendors[brn] for code, brn in brn_of.items()},
                                   names=names, now=now)
        location = goods.ensure_old_till_location(session, source=source)
    with _rare_collection():
        for batch in importing.make_batches(sales_file.read_rows(file), known, done=done):
            with unit_of_work() as session:
                importing.import_batch(session, import_id=import_id, batch=batch, goods=known, location_id=location,
                                       now=clock.now())
            click.echo(f"\r{batch.last_row:,} / {counted.rows:,} rows", nl=False, err=True)
    click.echo("", err=True)
    with unit_of_work() as session:
        importing.finish_import(session, import_id=import_id, now=clock.now())
    return counted


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Look for garbage less often: a batch holds a million live tuples, and walking them costs a fifth of the whole import."""
    usual = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _prove(source: str, counted: proof.Tally) -> dict[str, Any]:
    session = read_session()
    running = session.query(SalesImport).filter_by(source=source).one()
    imported, aside, reasons = proof.tally_import(session, source=source, import_id=running.id)
    return proof.report(counted, imported, aside, reasons) | {"clearing_won": proof.clearing_won(session, source=source)}


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'month':<10}{'imported rows':>15}{'won':>18}{'set aside rows':>16}{'won':>18}"]
    for month, sides in result["by_month"].items():
        done, aside = sides["imported"], sides["set_aside"]
        lines.append(f"{month:<10}{done['rows']:>15,}{done['won']:>18,}{aside['rows']:>16,}{aside['won']:>18,}")
    rows, won = result["rows"], result["won"]
    lines.append(f"{'total':<10}{rows['imported']:>15,}{won['imported']:>18,}{rows['set_aside']:>16,}{won['set_aside']:>18,}")
    lines.append(f"{'file':<10}{rows['file']:>15,}{won['file']:>18,}")
    lines.append("")
    lines += [f"set aside: {r['reason']:<28}{r['rows']:>8,} rows{r['won']:>18,} won" for r in result["set_aside"]]
    return "\n".join(chain(lines, [f"clearing account of the old till: {result['clearing_won']:,} won"]))


@cli.command("prepare")
def prepare() -> None:
    """Add the rows a hall cannot do without: roles, dongs, categories, the shelf, the catch-all agreement, the directory."""
    with unit_of_work() as session:
        add_reference(session)
        add_directory(session)
    click.echo("준비되었습니다 (ready)")


@cli.command("open")
@click.option("--days", default=92, show_default=True, help="days of trade to live through")
def open_demo(days: int) -> None:
    """Open the demo hall where the database is empty, and say where it is and who can sign in."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("시연 판매장은 운영 환경에서 열지 않습니다 (the demo hall does not open in production)")
    opening.open_hall(current_app.config, days=days, now=clock.now(), progress=_show_progress)
    click.echo(_welcome(current_app.config["PUBLIC_URL"]))


def _show_progress(what: str, done: int, of: int) -> None:
    click.echo(f"\r{what} {done}/{of}   ", nl=done == of, err=True)


def _welcome(base: str) -> str:
    lines = ["", "  온고을장터 시연 판매장 · the demo hall",
             f"  판매장 shop          {base}/", f"  만든 이 vendor        {base}/vendor",
             f"  사무실 office         {base}/staff", f"  돌아온 돈 returned    {base}/local-return", "",
             f"  로그인 sign-in       {base}/account/login   (비밀번호 password: {PASSWORD})"]
    lines += [f"    {who:<20} {email}" for who, email in opening.list_sign_ins()]
    return "\n".join([*lines, "", "  Ctrl-C 로 닫습니다 · closes it", ""])
