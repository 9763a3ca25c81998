"""`flask ledger verify` and `flask ledger trial-balance`: the books checked and summed from the command line."""

from datetime import date, datetime

import click
import orjson
from flask.cli import AppGroup

from shop.kernel.clock import SEOUL
from shop.ledger.queries import AccountTotal, trial_balance
from shop.ledger.verifying import snapshot
from shop.ledger.verifying import verify as verify_books

cli = AppGroup("ledger", help="The books: verify them, sum them.")


@cli.command()
def verify() -> None:
    """Recompute the hash chain, every entry's sum and every running balance; exit 1 names the first broken one."""
    step = 50_000

    def tell(done: int, total: int) -> None:
        if total > step and (done % step == 0 or done == total):
            click.echo(f"{done:,} / {total:,} entries", err=True)

    with snapshot() as session:
        verdict = verify_books(session, on_progress=tell)
    if verdict.broken:
        broken = verdict.broken
        name = f"entry {broken.entry_id} {broken.reference}".rstrip() if broken.entry_id else f"account {broken.reference}"
        click.echo(f"BROKEN: {name}: {broken.why}", err=True)
        click.echo(f"{verdict.entries:,} entries before it are whole.", err=True)
        raise SystemExit(1)
    click.echo(f"Whole: {verdict.entries:,} entries, {verdict.postings:,} postings. Head {verdict.hash}")


@cli.command("trial-balance")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Entries effective up to this day.")
@click.option("--known-at", type=datetime.fromisoformat, help="Entries recorded up to this ISO instant; Seoul time if not said.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sum_trial_balance(as_of: datetime | None, known_at: datetime | None, as_json: bool) -> None:
    """Sum every account, of any day, as it was known at any instant."""
    if known_at is not None and known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=SEOUL)
    day = as_of.date() if as_of else None
    with snapshot() as session:
        totals = trial_balance(session, as_of=day, known_at=known_at)
    click.echo(_as_json(totals, day, known_at) if as_json else _as_text(totals))
    if sum(total.balance_won for total in totals):
        raise SystemExit(1)


def _as_json(totals: list[AccountTotal], as_of: date | None, known_at: datetime | None) -> str:
    accounts = [{"account": t.account, "debit_won": t.debit_won, "credit_won": t.credit_won, "balance_won": t.balance_won}
                for t in totals]
    return orjson.dumps({"as_of": as_of, "known_at": known_at, "accounts": accounts,
                         "sum_won": sum(total.balance_won for total in totals)}, option=orjson.OPT_INDENT_2).decode()


def _as_text(totals: list[AccountTotal]) -> str:
    width = max([len(total.account) for total in totals] + [10])
    rows = [f"{t.account:<{width}} {t.debit_won:>18,} {t.credit_won:>18,} {t.balance_won:>18,}" for t in totals]
    debits, credits = sum(t.debit_won for t in totals), sum(t.credit_won for t in totals)
    head = f"{'account':<{width}} {'debit':>18} {'credit':>18} {'balance':>18}"
    return "\n".join([head, *rows, f"{'sum':<{width}} {debits:>18,} {credits:>18,} {debits - credits:>18,}"])
