"""Two people at one queue: a line and a target are matched once, whoever is faster; a statement brought by two comes in once."""

import pytest
from sqlalchemy import func, select

from shop.kernel.db import unit_of_work
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.payments.models import Payment, PaymentState
from shop.reconciliation import matching
from shop.reconciliation.importing import import_statement
from shop.reconciliation.matching import Wanted, confirm_match
from shop.reconciliation.models import BankLine, Match, MatchTarget
from shop.reconciliation.undoing import undo_match
from tests.conftest import NOON
from tests.races.test_stock import is_postgres
from tests.races.threads import race
from tests.reconciliation import files
from tests.reconciliation.builders import bring_lines, make_awaited
from tests.settlements.builders import make_approved_payout

pytestmark = pytest.mark.race
BANK = accounts.bank("jb1")


def confirm(line_ids, kind, target_ids):
    def attempt(number):
        with unit_of_work() as session:
            confirm_match(
                session,
                bank_line_ids=[line_ids[number % len(line_ids)]],
                targets=[Wanted(kind, target_ids[number % len(target_ids)])],
                actor_id=None,
                now=NOON,
            )

    return attempt


def test_one_line_and_two_orders_make_one_match(app, unit, cast):
    with unit() as session:
        orders = [make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON).id for _ in range(2)]
        lines = bring_lines(session, [(NOON, 9_000, "누구")], now=NOON)
    outcomes = race(app, confirm(lines, MatchTarget.PAYMENT, orders), attempts=8, threads=8)
    assert outcomes == {"ok": 1, "LineExplained": 7}
    with unit() as session:
        assert balance_of(session, BANK) == 9_000
        assert session.scalar(select(func.count()).select_from(Match)) == 1


def test_one_order_and_eight_lines_make_one_match(app, unit, cast):
    with unit() as session:
        order = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON).id
        lines = bring_lines(session, [(NOON, 9_000, "누구") for _ in range(8)], now=NOON)
    outcomes = race(app, confirm(lines, MatchTarget.PAYMENT, [order]), attempts=8, threads=8)
    assert outcomes == {"ok": 1, "TargetTaken": 7}
    with unit() as session:
        assert balance_of(session, BANK) == 9_000
        assert session.get(Payment, order).state is PaymentState.PAID


def test_one_payout_and_eight_lines_make_one_match(app, unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        lines = bring_lines(session, [(NOON, -8_900, "한땀공방") for _ in range(8)], now=NOON)
    outcomes = race(app, confirm(lines, MatchTarget.PAYOUT, [payout_id]), attempts=8, threads=8)
    assert outcomes == {"ok": 1, "TargetTaken": 7}
    with unit() as session:
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0


def test_eight_undo_at_once_reverse_once(app, unit, cast):
    with unit() as session:
        make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        (line_id,) = bring_lines(session, [(NOON, -8_900, "한땀공방")], now=NOON)
        matching.match_automatically(session, now=NOON)

    def undo(_number):
        with unit_of_work() as session:
            undo_match(session, bank_line_id=line_id, actor_id=None, now=NOON)

    assert race(app, undo, attempts=8, threads=8) == {"ok": 1, "NothingToUndo": 7}
    with unit() as session:
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900


def test_control_without_row_locks_a_line_is_matched_more_than_once(app, unit, cast, monkeypatch):
    if not is_postgres(app):
        pytest.skip("on SQLite the writer's lock is the begin, not the row")
    with unit() as session:
        lines = bring_lines(session, [(NOON, 9_000, "누구")], now=NOON)

    def unlocked(session, model, ids):
        return {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids)))}

    monkeypatch.setattr(matching, "lock_rows", unlocked)
    outcomes = race(app, lambda number: put_aside(lines[0]), attempts=8, threads=8)
    assert outcomes["LineExplained"] < 7


def put_aside(line_id):
    with unit_of_work() as session:
        confirm_match(session, bank_line_ids=[line_id], targets=[Wanted(MatchTarget.UNIDENTIFIED)], actor_id=None, now=NOON)


def test_a_statement_brought_by_eight_at_once_comes_in_once(app, unit, cast):
    content = files.jeonbuk(files.some_lines(NOON))

    def bring(_number):
        with unit_of_work() as session:
            import_statement(session, account_id=1, content=content, actor_id=None, now=NOON)

    assert race(app, bring, attempts=8, threads=8) == {"ok": 8}
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(BankLine)) == 5
