"""`flask bank`: bring a statement in, match what is beyond doubt, ask the card processor, say what is unexplained."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shop.kernel import clock
from shop.kernel.db import unit_of_work
from shop.kernel.errors import ShopError
from shop.payments.providers.choosing import get_card_provider
from shop.reconciliation import importing, matching, processor, queries
from shop.reconciliation.models import BankAccount

cli = AppGroup("bank", help="Bank statements, matching and the card processor's balance.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", default="", help="code of the centre's account; the first one where it is left out")
def bring(file: Path, account: str) -> None:
    """Read a statement file, add its new lines and match what is beyond doubt."""
    now = clock.now()
    try:
        with unit_of_work() as session:
            query = select(BankAccount.id).order_by(BankAccount.id)
            account_id = session.scalar(query.where(BankAccount.code == account) if account else query) or 0
            brought = importing.import_statement(
                session, account_id=account_id, content=file.read_bytes(), actor_id=None, now=now
            )
        with unit_of_work() as session:
            done = matching.match_automatically(session, now=now)
    except ShopError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    print(f"{brought.layout}: {brought.row_count} lines, {brought.added_count} new, {len(done)} matched")


@cli.command("sync-processor")
def sync() -> None:
    """Mirror the card processor's rows and payouts, and prove the payouts."""
    synced = processor.sync_rows(get_card_provider(), clock.now())
    said = f"{synced.new_rows} new rows, {synced.proved_payouts} payouts proved, {synced.opened_cases} cases"
    print(f"{said}, off by {synced.off_won} won")


@cli.command("unexplained")
def unexplained() -> None:
    """Print unexplained won; exits 1 unless it is 0."""
    with unit_of_work() as session:
        found = queries.sum_unexplained(session)
    print(f"{found.won} won unexplained: bank {found.bank_won}, processor {found.processor_won}, cases {found.case_won}")
    sys.exit(1 if found.won else 0)
