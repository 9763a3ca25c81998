from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.ledger import accounts
from shop.ledger.models import JournalEntry
from shop.ledger.queries import balance_of
from shop.payments.providers import ProviderBalance, ProviderPayout, ProviderRow
from shop.reconciliation.matching import match_automatically
from shop.reconciliation.models import DiscrepancyCase, ProcessorPayout, ProcessorRow
from shop.reconciliation.processor import sync_rows
from shop.reconciliation.queries import list_processor_payouts, sum_unexplained
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines
from tests.settlements.two_makers import pay_by_card, place_two_makers

LATER = NOON + timedelta(hours=1)
STRIPE = accounts.processor("stripe")


class Processor:
    """A processor that answers what it was given; counts the calls."""

    name = "stripe"

    def __init__(self, rows=(), payouts=(), held=0):
        self.rows, self.payouts, self.held, self.asked = list(rows), list(payouts), held, []

    def list_balance_rows(self, *, since=None, payout=None):
        self.asked.append(since)
        if payout is not None:
            return iter([replace(row, payout_id=payout) for row in self.rows if row.raw.get("payout") == payout])
        return iter([row for row in self.rows if since is None or row.created_at >= since])

    def list_payouts(self, *, since=None):
        return iter(self.payouts)

    def balance(self):
        return ProviderBalance(available_won=self.held, pending_won=0)


def row(identifier, kind, gross, fee=0, source=None, payout=None, at=NOON):
    return ProviderRow(
        id=identifier,
        type=kind,
        gross_won=gross,
        fee_won=fee,
        net_won=gross - fee,
        source_id=source,
        payout_id=None,
        available_on=at,
        created_at=at,
        raw={"payout": payout},
    )


def payout(identifier, won, status="paid", itemised=True):
    return ProviderPayout(
        id=identifier, amount_won=won, status=status, automatic=True, itemised=itemised, arrival_on=NOON, created_at=NOON, raw={}
    )


@pytest.fixture
def paid(unit, cast):
    with unit() as session:
        made = place_two_makers(session, cast.vendor, cast.rival, now=NOON)
        pay_by_card(session, made, now=NOON)
    return made


def sync(app, processor, now=LATER):
    with app.app_context():
        return sync_rows(processor, now)


def test_a_charge_row_books_its_fee_and_the_clearing_account_is_what_the_processor_holds(app, unit, paid):
    synced = sync(app, Processor([row("txn_1", "charge", 30_000, 1_020, "ch_1")], held=28_980))
    assert (synced.new_rows, synced.opened_cases, synced.off_won) == (1, 0, 0)
    with unit() as session:
        assert balance_of(session, STRIPE) == 28_980
        assert balance_of(session, accounts.PROCESSOR_FEES) == 1_020
        assert sum_unexplained(session).won == 0


def test_a_sync_again_changes_nothing(app, unit, paid):
    processor = Processor([row("txn_1", "charge", 30_000, 1_020, "ch_1")], held=28_980)
    sync(app, processor)
    again = sync(app, processor)
    assert (again.new_rows, again.off_won) == (0, 0)
    assert processor.asked[-1] == NOON - timedelta(days=3)
    with unit() as session:
        assert session.scalar(select(func.count()).where(JournalEntry.kind == "processor_fee")) == 1
        assert session.scalar(select(func.count()).select_from(ProcessorRow)) == 1


def test_a_charge_that_is_not_settled_here_waits_a_day_and_then_is_a_case(app, unit, cast):
    processor = Processor([row("txn_9", "charge", 5_000, 170, "ch_unknown")], held=4_830)
    synced = sync(app, processor)
    assert (synced.opened_cases, synced.off_won) == (0, -4_830)
    with unit() as session:
        assert sum_unexplained(session).processor_won == 4_830
    assert sync(app, processor, NOON + timedelta(days=2)).opened_cases == 1
    assert sync(app, processor, NOON + timedelta(days=2)).opened_cases == 0
    with unit() as session:
        unexplained = sum_unexplained(session)
        assert (unexplained.won, unexplained.case_won) == (4_830, 4_830)


def test_a_charge_whose_settlement_came_after_its_row_is_booked_then(app, unit, cast):
    processor = Processor([row("txn_1", "charge", 30_000, 1_020, "ch_1")], held=28_980)
    sync(app, processor)
    with unit() as session:
        pay_by_card(session, place_two_makers(session, cast.vendor, cast.rival, now=NOON), now=LATER)
    assert sync(app, processor).off_won == 0
    with unit() as session:
        assert sum_unexplained(session).won == 0


def test_an_unknown_type_opens_a_case_and_is_never_skipped(app, unit, cast):
    synced = sync(app, Processor([row("txn_5", "climate_order_purchase", -700)], held=-700))
    assert synced.opened_cases == 1
    with unit() as session:
        assert session.scalars(select(DiscrepancyCase)).one().kind == "processor_climate_order_purchase"
        assert sum_unexplained(session).won == 700


def test_a_fee_of_the_processors_own_is_booked_whole(app, unit, cast):
    assert sync(app, Processor([row("txn_6", "stripe_fee", -300)], held=-300)).off_won == 0
    with unit() as session:
        assert balance_of(session, accounts.PROCESSOR_FEES) == 300


def test_a_payout_is_proved_by_its_rows_and_matched_at_the_bank(app, unit, paid):
    rows = [row("txn_1", "charge", 30_000, 1_020, "ch_1", "po_1"), row("txn_2", "payout", -28_980, 0, "po_1", "po_1")]
    processor = Processor(rows, [payout("po_1", 28_980)], held=0)
    synced = sync(app, processor)
    assert (synced.proved_payouts, synced.off_won, synced.opened_cases) == (1, 0, 0)
    with unit() as session:
        (found,) = list_processor_payouts(session)
        assert (found.payout.rows_won, found.row_count, found.bank_line_id) == (28_980, 1, None)
        (line_id,) = bring_lines(session, [(LATER, 28_980, "STRIPE")], now=LATER)
        assert match_automatically(session, now=LATER) == [line_id]
        assert balance_of(session, STRIPE) == 0
        assert balance_of(session, accounts.bank("jb1")) == 28_980
    assert sync(app, processor).off_won == 0


def test_a_payout_whose_rows_do_not_sum_to_it_opens_a_case_once(app, unit, paid):
    rows = [row("txn_1", "charge", 30_000, 1_020, "ch_1", "po_1"), row("txn_2", "payout", -28_000, 0, "po_1", "po_1")]
    processor = Processor(rows, [payout("po_1", 28_000)], held=980)
    assert (sync(app, processor).opened_cases, sync(app, processor).opened_cases) == (1, 0)
    with unit() as session:
        assert session.scalars(select(ProcessorPayout)).one().proved_at is None


def test_a_payout_that_fails_after_its_bank_line_opens_a_case(app, unit, paid):
    rows = [row("txn_1", "charge", 30_000, 1_020, "ch_1", "po_1"), row("txn_2", "payout", -28_980, 0, "po_1", "po_1")]
    sync(app, Processor(rows, [payout("po_1", 28_980)], held=0))
    with unit() as session:
        bring_lines(session, [(LATER, 28_980, "STRIPE")], now=LATER)
        match_automatically(session, now=LATER)
    assert sync(app, Processor(rows, [payout("po_1", 28_980, "failed")], held=28_980)).opened_cases == 1
