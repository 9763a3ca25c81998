"""Verification names the first broken row, whatever was done to the books behind their triggers."""

import pytest
from sqlalchemy import text

from shop.ledger import accounts as chart
from shop.ledger.models import JournalEntry
from shop.ledger.posting import post_entries, post_entry, reverse_entry
from shop.ledger.queries import get_head
from shop.ledger.verifying import snapshot, verify
from tests.ledger import two_makers
from tests.ledger.test_posting import sale


@pytest.fixture
def books(session, now, disarm):
    post_entries(session, two_makers.until_payout(), now=now)
    post_entry(session, sale(1), now=now)
    reverse_entry(session, reference="sale:1", reason="", effective_on=two_makers.DAY, now=now)
    disarm(session)
    return session


def run(session, *statements):
    for statement in statements:
        session.execute(text(statement))


def first_broken(session):
    broken = verify(session).broken
    return broken and (broken.entry_id, broken.reference, broken.why)


def test_whole_books_are_whole(books):
    verdict = verify(books)
    assert verdict.broken is None
    assert (verdict.entries, verdict.hash) == get_head(books)
    assert verdict.postings == 3 + 5 + 5 + 2 + 2 + 2 + 2 + 2 + 2


def test_empty_books_are_whole(session):
    assert verify(session).broken is None


@pytest.mark.parametrize(("change", "number", "reference"), [
    ("UPDATE posting SET amount_won = amount_won + 1 WHERE entry_id = 3 AND position = 0", 3, "confirm:102"),
    ("UPDATE posting SET amount_won = -amount_won WHERE entry_id = 3", 3, "confirm:102"),
    ("UPDATE posting SET vendor_id = 101 WHERE entry_id = 3 AND position = 3", 3, "confirm:102"),
    ("UPDATE posting SET order_line_id = 9 WHERE entry_id = 8 AND position = 0", 8, "sale:1"),
    ("UPDATE posting SET channel = 'web' WHERE entry_id = 8 AND position = 0", 8, "sale:1"),
    ("UPDATE posting SET account_id = (SELECT id FROM account WHERE code = 'expenses:promotions') "
     "WHERE entry_id = 4 AND position = 0", 4, "processor:txn_1"),
    ("UPDATE account SET code = 'assets:bank:other' WHERE code = 'assets:bank:jb1'", 5, "bank_line:1"),
    ("UPDATE journal_entry SET memo = '다른 말' WHERE id = 2", 2, "confirm:101"),
    ("UPDATE journal_entry SET reference = 'confirm:999' WHERE id = 2", 2, "confirm:999"),
    ("UPDATE journal_entry SET effective_on = '2026-10-31' WHERE id = 2", 2, "confirm:101"),
    ("UPDATE journal_entry SET kind = 'x' WHERE id = 1", 1, "capture:1"),
    ("UPDATE journal_entry SET relates_to_period = '2026-10' WHERE id = 7", 7, "bank_line:2"),
    ("UPDATE journal_entry SET reverses_id = 7 WHERE id = 9", 9, "reverse:sale:1"),
    ("DELETE FROM posting WHERE entry_id = 6", 6, "payout:1"),
    ("DELETE FROM posting WHERE entry_id = 6 AND position = 1", 6, "payout:1"),
    ("UPDATE journal_entry SET hash = 'f' WHERE id = 4", 4, "processor:txn_1"),
    ("UPDATE journal_entry SET previous_hash = 'f' WHERE id = 5", 5, "bank_line:1"),
])
def test_a_flipped_value_is_named(books, change, number, reference):
    run(books, change)
    assert first_broken(books)[:2] == (number, reference)


def test_a_flipped_instant_is_named(books, now):
    table = JournalEntry.__table__
    books.connection().execute(table.update().where(table.c.id == 2).values(recorded_at=now.replace(hour=4)))
    assert first_broken(books)[:2] == (2, "confirm:101")


def test_a_dropped_entry_is_named_with_the_one_that_follows(books):
    run(books, "DELETE FROM posting WHERE entry_id = 3", "DELETE FROM journal_entry WHERE id = 3")
    assert first_broken(books) == (3, "", "entry missing; the next is 4 (processor:txn_1)")


def test_a_dropped_last_entry_is_named(books):
    run(books, "DELETE FROM posting WHERE entry_id = 9", "DELETE FROM journal_entry WHERE id = 9")
    assert first_broken(books) == (9, "", "entry missing at the end")


def test_two_swapped_entries_are_named(books):
    run(books,
        "UPDATE journal_entry SET reference = 'swap' WHERE id = 4",
        "UPDATE journal_entry SET reference = 'processor:txn_1' WHERE id = 5",
        "UPDATE journal_entry SET reference = 'bank_line:1' WHERE id = 4",
        "UPDATE posting SET position = position + 10 WHERE entry_id = 4",
        "UPDATE posting SET entry_id = 4 WHERE entry_id = 5",
        "UPDATE posting SET entry_id = 5, position = position - 10 WHERE entry_id = 4 AND position >= 10")
    assert first_broken(books)[:2] == (4, "bank_line:1")


def test_two_swapped_postings_are_named(books):
    run(books,
        "UPDATE posting SET position = 50 WHERE entry_id = 1 AND position = 1",
        "UPDATE posting SET position = 1 WHERE entry_id = 1 AND position = 2",
        "UPDATE posting SET position = 2 WHERE entry_id = 1 AND position = 50")
    assert first_broken(books)[:2] == (1, "capture:1")


def test_a_forged_entry_behind_the_head_is_named(books):
    run(books,
        "INSERT INTO journal_entry (id, reference, kind, memo, effective_on, recorded_at, previous_hash, hash) "
        "SELECT 10, 'forged', kind, memo, effective_on, recorded_at, hash, 'x' FROM journal_entry WHERE id = 9",
        "INSERT INTO posting (id, entry_id, position, account_id, amount_won) VALUES (9001, 10, 0, 1, 5), (9002, 10, 1, 2, -5)")
    assert first_broken(books) == (10, "forged", "stands beyond the head")


def test_postings_added_to_an_old_entry_are_named(books):
    run(books, "INSERT INTO posting (id, entry_id, position, account_id, amount_won) "
               "VALUES (9001, 2, 8, 1, 5), (9002, 2, 9, 2, -5)")
    assert first_broken(books)[:2] == (2, "confirm:101")


def test_a_head_that_was_turned_back_or_forged_is_named(books):
    run(books, "UPDATE chain_head SET entry_count = 8")
    assert first_broken(books)[:2] == (9, "reverse:sale:1")
    run(books, "UPDATE chain_head SET entry_count = 9, hash = 'f'")
    assert first_broken(books) == (9, "", "the head does not carry the last entry's hash")


def test_a_running_balance_that_is_not_its_replay_is_named(books):
    run(books, "UPDATE account_balance SET balance_won = balance_won - 1 WHERE account_id = "
               "(SELECT id FROM account WHERE code = 'liabilities:vendor_payable:102')")
    assert first_broken(books) == (0, chart.vendor_payable(102), "running balance -5341 is not its replay -5340")
    run(books, "DELETE FROM account_balance")
    assert first_broken(books)[0] == 0


def test_long_books_are_walked_in_chunks_and_progress_is_told(session, now, monkeypatch, count_queries):
    post_entries(session, [sale(n) for n in range(1, 26)], now=now)
    monkeypatch.setattr("shop.ledger.verifying.CHUNK", 10)
    told = []
    with count_queries() as seen:
        assert verify(session, on_progress=lambda done, total: told.append((done, total))).broken is None
    assert told == [(10, 25), (20, 25), (25, 25)]
    assert len(seen) == 12


def test_a_walk_in_a_snapshot_is_not_disturbed_by_a_poster(app, unit, now):
    with unit() as session:
        post_entries(session, [sale(1), sale(2)], now=now)
    with app.app_context(), snapshot() as walker:
        assert get_head(walker)[0] == 2
        with unit() as session:
            post_entry(session, sale(3), now=now)
        verdict = verify(walker)
    assert (verdict.entries, verdict.broken) == (2, None)
