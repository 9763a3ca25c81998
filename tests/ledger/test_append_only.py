"""What is written in the books is never changed or deleted: not by SQL, not by the ORM, on either database."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from shop.ledger.ddl import AppendOnly
from shop.ledger.models import JournalEntry, Posting
from shop.ledger.posting import post_entries
from shop.ledger.queries import find_entry
from shop.ledger.verifying import verify
from tests.ledger import two_makers

CHANGES = [
    "UPDATE journal_entry SET memo = 'x' WHERE id = 1",
    "UPDATE posting SET amount_won = amount_won + 1 WHERE entry_id = 1",
    "UPDATE posting SET vendor_id = 5",
    "DELETE FROM posting WHERE entry_id = 1",
    "DELETE FROM journal_entry WHERE id = 1",
]


@pytest.fixture
def books(session, now):
    post_entries(session, two_makers.until_payout(), now=now)
    return session


@pytest.mark.parametrize("change", CHANGES)
def test_raw_sql_is_refused_by_trigger(books, change):
    with pytest.raises(DBAPIError, match="append-only"), books.begin_nested():
        books.execute(text(change))
    assert verify(books).broken is None


@pytest.mark.parametrize("table", ["posting", "journal_entry"])
def test_truncate_is_refused_on_postgresql(books, table):
    if books.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"), books.begin_nested():
        books.execute(text(f"TRUNCATE {table} CASCADE"))
    assert verify(books).broken is None


@pytest.mark.parametrize("row", [
    "INTO posting (id, entry_id, position, account_id, amount_won) SELECT id, entry_id, position, account_id, 1 FROM posting",
    "INTO posting (entry_id, position, account_id, amount_won) VALUES (1, 0, 1, 5)",
    "INTO journal_entry SELECT * FROM journal_entry",
])
def test_replacing_a_row_is_refused_on_sqlite(books, row):
    if books.get_bind().dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")
    with pytest.raises(DBAPIError, match="append-only"), books.begin_nested():
        books.execute(text(f"INSERT OR REPLACE {row}"))
    assert verify(books).broken is None


def test_the_orm_refuses_to_change_or_delete_a_row(books):
    entry = find_entry(books, 1)
    entry.memo = "고침"
    with pytest.raises(AppendOnly):
        books.flush()
    books.expire(entry)
    books.delete(books.scalar(select(Posting)))
    with pytest.raises(AppendOnly):
        books.flush()


@pytest.mark.parametrize("statement", [
    update(JournalEntry).values(memo="x"), update(Posting).values(channel="web"), delete(Posting), delete(JournalEntry),
])
def test_the_orm_refuses_bulk_changes(books, statement):
    with pytest.raises(AppendOnly):
        books.execute(statement)


def test_rows_that_were_only_read_do_not_disturb_a_flush(books):
    find_entry(books, 1)
    books.flush()
