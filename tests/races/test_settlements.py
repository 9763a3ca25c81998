"""Two runs that issue statements at once, payouts approved twice at once, and what happens when a guard is taken away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from shop.kernel import locks
from shop.kernel.db import unit_of_work
from shop.ledger import accounts
from shop.ledger.models import JournalEntry
from shop.ledger.queries import balance_of
from shop.settlements import payouts, statements
from shop.settlements.lines import pull_lines
from shop.settlements.models import Payout, SettlementLine, Statement
from shop.settlements.proof import find_wrong_statements, prove_vendors
from tests.conftest import NOON
from tests.races.test_stock import is_postgres
from tests.races.threads import race
from tests.settlements.builders import make_approved_statements, make_sale

pytestmark = pytest.mark.race
TODAY = NOON.date()
LINES = 40


@pytest.fixture
def unclaimed(unit, cast):
    with unit() as session:
        for _ in range(LINES):
            make_sale(session, cast.vendor, at=NOON - timedelta(days=1))
        pull_lines(session, through=TODAY, now=NOON)


def issue(_number):
    with unit_of_work() as session:
        statements.issue_statements(session, month="2026-11", now=NOON, again=True)


def test_eight_runs_at_once_claim_every_line_once(app, unit, cast, unclaimed):
    assert race(app, issue, attempts=8, threads=8) == {"ok": 8}
    with unit() as session:
        found = session.scalars(select(Statement)).all()
        assert [statement.line_count for statement in found] == [LINES]
        assert session.scalar(select(func.sum(SettlementLine.net_won))) == found[0].net_won
        assert find_wrong_statements(session) == []


def test_control_without_the_stamp_as_the_claim_a_line_is_stated_twice(app, unit, cast, unclaimed, monkeypatch):
    """The claim without `WHERE statement_id IS NULL`: the later run takes the earlier one's lines away from it."""

    def take_all(session, *, statement_id, vendor_id, before):
        claim = update(SettlementLine).where(SettlementLine.vendor_id == vendor_id, SettlementLine.effective_on < before)
        return session.execute(claim.values(statement_id=statement_id).execution_options(synchronize_session=False)).rowcount

    monkeypatch.setattr(statements, "claim_lines", take_all)
    monkeypatch.setattr(statements, "_vendors_to_issue", lambda *_: [cast.vendor])
    for number in range(2):
        with app.app_context():
            issue(number)
    with unit() as session:
        assert session.scalar(select(func.sum(Statement.net_won))) == 2 * LINES * 8_900
        assert find_wrong_statements(session)


def test_eight_pulls_at_once_add_every_line_once(app, unit, cast):
    with unit() as session:
        for _ in range(LINES):
            make_sale(session, cast.vendor, at=NOON - timedelta(days=1), parcel=3_000)

    def pull(_number):
        with unit_of_work() as session:
            pull_lines(session, through=TODAY, now=NOON)

    assert race(app, pull, attempts=8, threads=8) == {"ok": 8}
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(SettlementLine)) == 2 * LINES
        assert [proof.off_won for proof in prove_vendors(session)] == [0]


@pytest.fixture
def prepared(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON - timedelta(days=1))
        make_approved_statements(session, now=NOON, actor_id=cast.manager)
        return payouts.prepare_payouts(session, actor_id=cast.accountant, now=NOON).payout_ids[0]


def approve(cast, payout_id):
    def attempt(_number):
        with unit_of_work() as session:
            payouts.approve_payout(session, payout_id=payout_id, actor_id=cast.manager, now=NOON)

    return attempt


def test_a_payout_approved_by_eight_at_once_is_booked_once(app, unit, cast, prepared):
    outcomes = race(app, approve(cast, prepared), attempts=8, threads=8)
    assert outcomes == {"ok": 1, "MoveRefused": 7}
    with unit() as session:
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900
        assert session.scalar(select(func.count()).where(JournalEntry.kind == "payout")) == 1


def test_control_without_row_locks_more_than_one_believes_to_have_approved(app, unit, cast, prepared, monkeypatch):
    if not is_postgres(app):
        pytest.skip("on SQLite the writer's lock is the begin, not the row")
    monkeypatch.setattr(payouts, "lock_row", lambda session, model, key: session.get(model, key))
    outcomes = race(app, approve(cast, prepared), attempts=8, threads=8)
    assert outcomes["ok"] != 1 or outcomes["MoveRefused"] != 7
    with unit() as session:  # the reference of the entry is the second guard
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900
    assert locks


def test_eight_preparations_at_once_make_one_payout(app, unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON - timedelta(days=1))
        make_approved_statements(session, now=NOON, actor_id=cast.manager)

    def prepare(_number):
        with unit_of_work() as session:
            payouts.prepare_payouts(session, actor_id=cast.accountant, now=NOON)

    assert race(app, prepare, attempts=8, threads=8) == {"ok": 8}
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Payout)) == 1
