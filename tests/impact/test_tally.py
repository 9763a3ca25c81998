from datetime import timedelta

from sqlalchemy import event

from shop.impact import tally
from shop.impact.local_return import list_movements
from shop.impact.tally import read_movements
from tests.conftest import NOON
from tests.settlements.builders import make_approved_payout, make_refund, make_sale


def test_it_is_the_sum_over_the_whole_books_after_every_kind_of_entry(unit, cast):
    steps = [
        lambda s: make_sale(s, cast.vendor, at=NOON - timedelta(days=40), prices=(12_000,), parcel=3_000),
        lambda s: make_sale(s, cast.rival, at=NOON),
        lambda s: make_refund(s, make_sale(s, cast.vendor, at=NOON), at=NOON, won=10_000),
        lambda s: make_approved_payout(s, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager),
    ]
    for step in steps:
        with unit() as session:
            step(session)
        with unit() as session:
            assert [m for m in read_movements(session) if m.won] == [m for m in list_movements(session) if m.won]


def test_only_new_entries_are_read(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
    with unit() as session:
        read_movements(session)
        seen = []
        event.listen(session.get_bind(), "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        read_movements(session)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        assert not [statement for statement in seen if "sum(" in statement]


def test_a_tally_of_other_books_is_thrown_away(unit, cast, monkeypatch):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        for other in (tally.Tally(1, "other", {(99, "2020-01"): 5}), tally.Tally(10_000, "later", {(99, "2020-01"): 5})):
            monkeypatch.setattr(tally, "_tally", other)
            assert read_movements(session) == list_movements(session)
