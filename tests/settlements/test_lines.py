from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from shop.orders.models import OrderKind
from shop.settlements.lines import pull_lines
from shop.settlements.models import LineKind, SettlementLine
from shop.settlements.proof import earned_by_vendor, prove_vendors
from tests.conftest import NOON
from tests.settlements.builders import make_refund, make_sale

TODAY = date(2026, 11, 18)


def lines_of(session, **where):
    return list(session.scalars(select(SettlementLine).filter_by(**where).order_by(SettlementLine.id)))


def test_a_confirmed_order_gives_an_earning_line_for_each_order_line_and_one_for_the_parcel(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(12_000, 5_000), parcel=3_000)
        assert pull_lines(session, through=TODAY, now=NOON) == 3
        earnings = lines_of(session, kind=LineKind.EARNING)
        assert [(line.list_won, line.commission_won, line.commission_vat_won, line.net_won) for line in earnings] == [
            (12_000, 1_200, 120, 10_680),
            (5_000, 500, 50, 4_450),
        ]
        (parcel,) = lines_of(session, kind=LineKind.PARCEL)
        assert (parcel.net_won, parcel.commission_won, parcel.vendor_order_id) == (3_000, 0, sale.vendor_order_id)


def test_pulling_twice_adds_nothing(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, parcel=3_000)
        make_refund(session, sale, at=NOON, won=1_000)
        make_sale(session, cast.rival, at=NOON, kind=OrderKind.RETURN)
        assert pull_lines(session, through=TODAY, now=NOON) == 4
    with unit() as session:
        assert pull_lines(session, through=TODAY, now=NOON) == 0
        assert session.scalar(select(func.count()).select_from(SettlementLine)) == 4


def test_the_effective_day_is_the_seoul_day_of_the_confirmation(unit, cast):
    before_midnight = datetime(2026, 10, 31, 14, 59, 59, 999_999, tzinfo=UTC)
    with unit() as session:
        make_sale(session, cast.vendor, at=before_midnight)
        make_sale(session, cast.vendor, at=before_midnight + timedelta(seconds=1))
        make_sale(session, cast.vendor, at=datetime(2009, 12, 1, 8, 26, tzinfo=UTC))
        pull_lines(session, through=TODAY, now=NOON)
        assert [line.effective_on for line in lines_of(session)] == [date(2026, 10, 31), date(2026, 11, 1), date(2009, 12, 1)]


def test_what_is_confirmed_after_the_day_waits_for_the_next_pull(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        assert pull_lines(session, through=TODAY - timedelta(days=1), now=NOON) == 0
        assert pull_lines(session, through=TODAY, now=NOON) == 1


def test_an_order_that_is_not_confirmed_gives_no_line(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON, confirmed=False)
        assert pull_lines(session, through=TODAY, now=NOON) == 0


def test_a_refund_after_the_confirmation_is_a_line_that_takes_back_to_the_won(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON)
        refund = make_refund(session, sale, at=NOON, won=4_000)
        pull_lines(session, through=TODAY, now=NOON)
        (line,) = lines_of(session, kind=LineKind.REVERSAL)
        assert (line.refund_id, line.list_won, line.net_won, line.quantity) == (refund.id, -4_000, -3_560, -1)


def test_a_refund_before_the_confirmation_was_never_earned(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON)
        make_refund(session, sale, at=NOON, won=4_000, confirmed=False)
        pull_lines(session, through=TODAY, now=NOON)
        (line,) = lines_of(session)
        assert (line.kind, line.list_won, line.net_won) == (LineKind.EARNING, 6_000, 8_900 - 3_560)


def test_a_return_of_another_till_is_a_reversal(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON, kind=OrderKind.RETURN, prices=(3_000,))
        pull_lines(session, through=TODAY, now=NOON)
        (line,) = lines_of(session)
        assert (line.kind, line.net_won, line.refund_id) == (LineKind.REVERSAL, -2_670, None)


def test_lines_and_books_agree_by_vendor(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(12_000, 7), parcel=3_000)
        make_refund(session, sale, at=NOON, won=5_000)
        make_sale(session, cast.rival, at=NOON, prices=(2_000,))
        make_sale(session, cast.rival, at=NOON, kind=OrderKind.RETURN, prices=(9_000,))
        pull_lines(session, through=TODAY, now=NOON)
        proofs = {proof.vendor_id: proof for proof in prove_vendors(session)}
        assert all(proof.off_won == 0 for proof in proofs.values())
        assert proofs[cast.rival].ledger_won == 1_780 - 8_010
        assert earned_by_vendor(session, through=TODAY - timedelta(days=1)) == {}


def test_the_proof_finds_a_sale_that_is_missing_in_the_books(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON, posts=False)
        pull_lines(session, through=TODAY, now=NOON)
        assert [proof.off_won for proof in prove_vendors(session)] == [-8_900]
