"""`flask settlements`: pull lines, issue statements, prove them against the books."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click
from flask.cli import AppGroup

from shop.kernel import clock
from shop.kernel.clock import month_bounds
from shop.kernel.db import unit_of_work
from shop.settlements import lines, proof, statements
from shop.settlements.proof import VendorProof

cli = AppGroup("settlements", help="Settlement lines, statements and their proof.")


def _month(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        month_bounds(value)
    except ValueError as error:
        raise click.BadParameter("a month is written YYYY-MM") from error
    return value


@cli.command("run")
@click.option("--through", required=True, callback=_month, metavar="YYYY-MM", help="the last month to issue statements for")
@click.option("--json", "as_json", is_flag=True, help="print the result as JSON only")
def run(through: str, as_json: bool) -> None:
    """Pull every line and issue every statement up to and including a month, then prove them."""
    now, last_day = clock.now(), month_bounds(through)[1] - timedelta(days=1)
    with unit_of_work() as session:
        added = lines.pull_lines(session, through=last_day, now=now)
    _say(as_json, f"{added:,} settlement lines added")
    issued: dict[str, int] = {}
    for month in _months(through):
        with unit_of_work() as session:
            issued[month] = len(statements.issue_statements(session, month=month, now=now))
        _say(as_json, f"{month}  {issued[month]:>4} statements issued")
    with unit_of_work() as session:
        vendors = proof.prove_vendors(session, through=last_day)
        wrong = proof.find_wrong_statements(session)
    _report(as_json, added, issued, vendors, wrong)
    if wrong or any(vendor.off_won for vendor in vendors):
        sys.exit(1)


def _months(through: str) -> Iterator[str]:
    with unit_of_work() as session:
        return iter(list(statements.months_to_issue(session, through=through)))


def _report(as_json: bool, added: int, issued: dict[str, int], vendors: list[VendorProof], wrong: list[str]) -> None:
    totals = {
        name: sum(getattr(vendor, name) for vendor in vendors)
        for name in ("statements_won", "unclaimed_won", "ledger_won", "off_won")
    }
    if as_json:
        result: dict[str, Any] = {
            "lines_added": added,
            "statements_issued": issued,
            "vendors": len(vendors),
            **totals,
            "vendors_off": [v.vendor_id for v in vendors if v.off_won],
            "wrong_statements": wrong,
        }
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"{'vendor':>8} {'statements':>16} {'unclaimed':>14} {'ledger':>16} {'off':>8}")
    for vendor in vendors:
        print(
            f"{vendor.vendor_id:>8} {vendor.statements_won:>16,} {vendor.unclaimed_won:>14,} {vendor.ledger_won:>16,} "
            f"{vendor.off_won:>8,}"
        )
    print(
        f"{'sum':>8} {totals['statements_won']:>16,} {totals['unclaimed_won']:>14,} {totals['ledger_won']:>16,} "
        f"{totals['off_won']:>8,}"
    )
    print("statements + unclaimed = ledger" if not totals["off_won"] and not wrong else f"DOES NOT ADD UP {wrong}")


def _say(quiet: bool, text: str) -> None:
    print(text, file=sys.stderr if quiet else sys.stdout, flush=True)
