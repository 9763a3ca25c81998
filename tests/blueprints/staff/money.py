"""What the money pages' tests share: a hall with a bank line of every kind, statements and payouts in every state."""

from datetime import timedelta

from shop.reconciliation.matching import match_automatically
from shop.reconciliation.models import ProcessorPayout, ProcessorRow
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines, make_awaited
from tests.settlements.builders import make_approved_payout, make_sale

LATER = NOON + timedelta(minutes=30)


def fill(unit, cast):
    """One matched line, one sure, one suggested, one sum of two, one unknown, one fee; a payout and a processor's payout."""
    with unit() as session:
        make_awaited(session, cast.vendor, won=24_600, payer="김하늘", at=NOON, number="J261118-4KQA")
        done = bring_lines(session, [(LATER, 24_600, "김하늘")], now=LATER)
        match_automatically(session, now=LATER)
        make_awaited(session, cast.vendor, won=14_500, payer="이모레", at=NOON, number="J261118-7TAB")
        make_awaited(session, cast.vendor, won=17_000, payer="행복상사", at=NOON)
        make_awaited(session, cast.rival, won=14_000, payer="행복상사", at=NOON)
        open_lines = bring_lines(
            session,
            [(LATER, 14_500, "이모래"), (LATER, 31_000, "행복상사"), (LATER, 5_000, "입금자없음"), (LATER, -500, "이체수수료")],
            now=LATER,
        )
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        make_sale(session, cast.rival, at=NOON, parcel=3_000)
        session.add(
            ProcessorPayout(
                provider="stripe",
                provider_id="po_1",
                amount_won=28_980,
                state="paid",
                rows_won=28_980,
                proved_at=NOON,
                arrives_on=NOON.date(),
            )
        )
        session.add(
            ProcessorRow(
                provider="stripe",
                provider_id="txn_1",
                kind="charge",
                gross_won=30_000,
                fee_won=1_020,
                net_won=28_980,
                created_at=NOON,
                payout_provider_id="po_1",
                entry_reference="processor:1",
                raw={},
            )
        )
    return done[0], open_lines, payout_id
