from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shop.impact.local_return import FEWEST_VENDORS, Cell, divide, fill_months, list_movements, merge_small, sum_returned
from shop.ledger import accounts
from shop.ledger.queries import sum_postings
from shop.settlements.payouts import mark_payout_paid
from shop.vendors.models import VendorKind
from tests import factories
from tests.conftest import NOON
from tests.settlements.builders import make_approved_payout, make_refund, make_sale

TODAY = date(2026, 11, 18)


def test_it_is_the_sum_of_what_the_books_credit_to_vendors_net_of_refunds(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(12_000,), parcel=3_000)
        make_sale(session, cast.rival, at=NOON, prices=(2_000,))
        make_refund(session, sale, at=NOON, won=6_000)
        (cell,) = sum_returned(session)
        booked = -sum(sum_postings(session, account_prefix=prefix) for prefix in accounts.OWNED_PREFIXES)
        assert (cell.won, cell.vendor_count) == (booked, 2)
        assert booked == 13_680 + 1_780 - 5_340


def test_a_payout_and_a_refund_after_it_are_counted_as_what_they_are(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        mark_payout_paid(session, payout_id=payout_id, paid_on=TODAY, now=NOON)
        assert sum_returned(session)[0].won == 8_900
        late = make_sale(session, cast.vendor, at=NOON, posts=False)
        make_refund(session, late, at=NOON, won=10_000)
        assert sum_returned(session)[0].won == 0


def test_months_are_seoul_months_and_gaps_are_kept(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        make_sale(session, cast.vendor, at=NOON - timedelta(days=80))
        cells = fill_months(sum_returned(session, by="month"))
        assert [(cell.key, cell.won) for cell in cells] == [
            ("2026-08", 8_900),
            ("2026-09", 0),
            ("2026-10", 0),
            ("2026-11", 8_900),
        ]
        assert sum_returned(session, since=date(2026, 9, 1))[0].won == 8_900
        assert sum_returned(session, until=date(2026, 9, 1))[0].won == 8_900


def test_a_cell_of_fewer_than_three_organisations_is_merged(unit):
    with unit() as session:
        for number, dong in enumerate(["풍남동"] * 3 + ["송천1동"] * 2 + ["효자1동"]):
            vendor = factories.make_vendor(session, f"가게{number}", dong=dong, kind=VendorKind.COOP)
            make_sale(session, vendor.id, at=NOON, prices=(1_000 * (number + 1),))
        cells = sum_returned(session, by="dong")
        assert [(cell.won, cell.vendor_count) for cell in cells] == [(890 * 6, 3), (890 * 15, 3)]
        assert (cells[1].key, len(cells[1].members)) == ("merged", 2)
        assert [cell.vendor_count for cell in sum_returned(session, by="kind")] == [6]


def test_a_merged_cell_that_is_still_too_small_takes_the_smallest_other(unit):
    cells = merge_small([Cell("a", 100, 5), Cell("b", 50, 3), Cell("c", 10, 1)])
    assert cells == [Cell("a", 100, 5), Cell("merged", 60, 4, ("b", "c"))]


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 9)), max_size=12))
def test_merging_changes_no_sum_and_leaves_no_small_cell_where_it_can(sizes):
    before = [Cell(str(n), won, count) for n, (won, count) in enumerate(sizes)]
    after = merge_small(before)
    assert sum(c.won for c in after) == sum(c.won for c in before)
    assert sum(c.vendor_count for c in after) == sum(c.vendor_count for c in before)
    if sum(c.vendor_count for c in before) >= FEWEST_VENDORS:
        assert all(cell.vendor_count >= FEWEST_VENDORS for cell in after)


def test_nothing_sold_is_nothing_returned(unit):
    with unit() as session:
        assert list_movements(session) == []
        assert divide([], "dong", {}) == fill_months([]) == []
