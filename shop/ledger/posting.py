"""Posting to the books: the only writer of journal entries and postings.

Posters form one queue at the chain head's lock, so entries have gapless numbers and no two posters can deadlock.
A unit of work posts last: business rows are locked first, the head after them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from shop.kernel.bulk import insert_many
from shop.kernel.clock import seoul_month
from shop.kernel.errors import Conflict, NotFound
from shop.kernel.locks import lock_row
from shop.ledger.accounts import is_owned, is_payable, vendor_payable
from shop.ledger.chain import entry_hash
from shop.ledger.entries import Entry, Line
from shop.ledger.models import Account, AccountBalance, ChainHead, JournalEntry, Posting
from shop.ledger.periods import refuse_closed

BATCH = 2_000  # entries written at a time; also the width of an IN list
MANY = 200  # rows from which a COPY is worth its round trips
ENTRY_COLUMNS = ("id", "reference", "kind", "memo", "effective_on", "recorded_at", "reverses_id", "relates_to_period",
                 "previous_hash", "hash")
POSTING_COLUMNS = ("entry_id", "position", "account_id", "amount_won", "vendor_id", "order_line_id", "channel")
T = TypeVar("T")


class ReferenceReused(Conflict):
    """Other postings already stand under this reference."""

    code = "entry_reference_reused"


class PayableOverdrawn(Conflict):
    """More was taken from a vendor's payable than is owed; the excess belongs to the vendor's debt."""


class EntryNotFound(NotFound):
    """No entry stands under this reference."""


class NotReversible(Conflict):
    """A reversal is not reversed: the right entry is posted anew."""


def post_entry(session: Session, entry: Entry, *, now: datetime) -> int:
    """Post one entry and return its number; the same entry again returns the first. See `post_entries`."""
    return post_entries(session, [entry], now=now)[0]


def post_entries(session: Session, entries: Sequence[Entry], *, now: datetime) -> list[int]:
    """Post entries in their order under one lock of the chain, and return their numbers.

    An entry whose reference already carries the same postings is not posted again. All or nothing: a refusal
    leaves the session to be rolled back.

    Raises:
        ReferenceReused, PeriodClosed, PayableOverdrawn
    """
    if not entries:
        return []
    head = lock_chain(session)
    numbers = find_posted(session, entries)
    fresh = _first_of_each_reference(entry for entry in entries if entry.reference not in numbers)
    refuse_closed(session, {seoul_month(entry.effective_on) for entry in fresh}, now=now)
    accounts = open_accounts(session, {line.account for entry in fresh for line in entry.lines})
    _move_balances(session, fresh, accounts)
    for batch in _batches(fresh, BATCH):
        numbers.update(_write(session, head, batch, accounts, now))
    session.flush()
    return [numbers[entry.reference] for entry in entries]


def reverse_entry(session: Session, *, reference: str, reason: str, effective_on: date, now: datetime) -> int:
    """Undo the entry under `reference` in full, once; asked again it returns the first reversal.

    Raises:
        EntryNotFound, NotReversible, PeriodClosed, PayableOverdrawn
    """
    lock_chain(session)
    entry = session.scalar(select(JournalEntry).where(JournalEntry.reference == reference))
    if entry is None:
        raise EntryNotFound(reference=reference)
    if entry.reverses_id is not None:
        raise NotReversible(reference=reference)
    lines = [Line(account, -won, *dimensions) for account, won, *dimensions in _postings_of(session, [entry.id])[entry.id]]
    month = seoul_month(entry.effective_on)
    reversal = Entry.of(f"reverse:{reference}", kind="reversal", effective_on=effective_on, lines=lines, memo=reason,
                        relates_to_period=None if month == seoul_month(effective_on) else month, reverses_id=entry.id)
    return post_entry(session, reversal, now=now)


def find_entry_id(session: Session, reference: str) -> int | None:
    """The number of the entry under a reference."""
    return session.scalar(select(JournalEntry.id).where(JournalEntry.reference == reference))


def split_vendor_claim(session: Session, vendor_id: int, amount_won: int) -> tuple[int, int]:
    """Divide a claim on a vendor into (from its payable, to its debt).

    Takes the chain's lock, so the answer holds until the unit of work ends.
    """
    assert amount_won >= 0
    lock_chain(session)
    owed = select(AccountBalance.balance_won).join(Account, Account.id == AccountBalance.account_id)
    balance = session.scalar(owed.where(Account.code == vendor_payable(vendor_id))) or 0
    from_payable = min(amount_won, max(0, -balance))
    return from_payable, amount_won - from_payable


def lock_chain(session: Session) -> ChainHead:
    """Enter the one queue of posters."""
    head = lock_row(session, ChainHead, 1)
    assert head is not None, "the chain head is a reference row"
    return head


def find_posted(session: Session, entries: Sequence[Entry]) -> dict[str, int]:
    """Number by reference of those entries that already stand, after checking that they are the same."""
    found: dict[str, int] = {}
    for batch in _batches(entries, BATCH):
        references = [entry.reference for entry in batch]
        query = select(JournalEntry.reference, JournalEntry.id).where(JournalEntry.reference.in_(references))
        found.update((reference, number) for reference, number in session.execute(query))
    by_number = {found[entry.reference]: entry for entry in entries if entry.reference in found}
    for numbers in _batches(list(by_number), BATCH):
        standing = _postings_of(session, numbers)
        for number in numbers:
            _refuse_other(by_number[number], standing[number])
    return found


def open_accounts(session: Session, codes: set[str]) -> dict[str, int]:
    """Account ids by code; missing accounts are opened, owned ones with a running balance. Under the chain's lock."""
    known = _account_ids(session, codes)
    missing = sorted(codes - known.keys())
    if missing:
        session.execute(insert(Account), [{"code": code} for code in missing])
        known |= _account_ids(session, set(missing))
        owned = [{"account_id": known[code], "balance_won": 0} for code in missing if is_owned(code)]
        if owned:
            session.execute(insert(AccountBalance), owned)
    return known


def _account_ids(session: Session, codes: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in _batches(sorted(codes), BATCH):
        found.update((code, number) for code, number in session.execute(
            select(Account.code, Account.id).where(Account.code.in_(batch))))
    return found


def _postings_of(session: Session, numbers: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """(account, won, vendor, order line, channel) of entries, by entry."""
    query = (
        select(Posting.entry_id, Account.code, Posting.amount_won, Posting.vendor_id, Posting.order_line_id, Posting.channel)
        .join(Account, Account.id == Posting.account_id).where(Posting.entry_id.in_(numbers))
        .order_by(Posting.entry_id, Posting.position)
    )
    found: dict[int, list[tuple[Any, ...]]] = {number: [] for number in numbers}
    for number, *line in session.execute(query):
        found[number].append(tuple(line))
    return found


def _first_of_each_reference(entries: Iterable[Entry]) -> list[Entry]:
    """Entries without repetitions of a reference inside one call."""
    first: dict[str, Entry] = {}
    for entry in entries:
        known = first.setdefault(entry.reference, entry)
        if known is not entry:
            _refuse_other(entry, [_as_tuple(line) for line in known.lines])
    return list(first.values())


def _refuse_other(entry: Entry, standing: list[tuple[Any, ...]]) -> None:
    if sorted(map(repr, standing)) != sorted(repr(_as_tuple(line)) for line in entry.lines):
        raise ReferenceReused(reference=entry.reference)


def _as_tuple(line: Line) -> tuple[Any, ...]:
    return (line.account, line.amount_won, line.vendor_id, line.order_line_id, line.channel)


def _move_balances(session: Session, entries: Sequence[Entry], accounts: dict[str, int]) -> None:
    """Add to the running balances of owned accounts, refusing a payable that any entry on its way would overdraw."""
    owned = sorted({line.account for entry in entries for line in entry.lines if is_owned(line.account)})
    before = _balances(session, [accounts[code] for code in owned])
    running = {code: before[accounts[code]] for code in owned}
    for entry in entries:
        moved: dict[str, int] = {}
        for line in entry.lines:
            if line.account in running:
                moved[line.account] = moved.get(line.account, 0) + line.amount_won
        for code, won in moved.items():
            running[code] += won
            if won > 0 and running[code] > 0 and is_payable(code):
                raise PayableOverdrawn(account=code, over_won=running[code], reference=entry.reference)
    changes = [{"of": accounts[code], "by": running[code] - before[accounts[code]]} for code in owned]
    if changes := [change for change in changes if change["by"]]:
        table: Any = AccountBalance.__table__
        session.connection().execute(
            update(table).where(table.c.account_id == bindparam("of")).values(balance_won=table.c.balance_won + bindparam("by")),
            changes,
        )


def _balances(session: Session, account_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for batch in _batches(account_ids, BATCH):
        found.update((number, won) for number, won in session.execute(
            select(AccountBalance.account_id, AccountBalance.balance_won).where(AccountBalance.account_id.in_(batch))))
    return found


def _write(session: Session, head: ChainHead, entries: Sequence[Entry], accounts: dict[str, int],
           now: datetime) -> dict[str, int]:
    """Insert entries and postings behind the head and move it."""
    entry_rows, posting_rows, numbers = [], [], {}
    for entry in entries:
        number = head.entry_count + 1
        lines = [(position, *_as_tuple(line)) for position, line in enumerate(entry.lines)]
        fingerprint = entry_hash(
            head.hash, reference=entry.reference, kind=entry.kind, memo=entry.memo, effective_on=entry.effective_on,
            recorded_at=now, reverses_id=entry.reverses_id, relates_to_period=entry.relates_to_period, postings=lines,
        )
        entry_rows.append((number, entry.reference, entry.kind, entry.memo, entry.effective_on, now, entry.reverses_id,
                           entry.relates_to_period, head.hash, fingerprint))
        posting_rows += [(number, position, accounts[code], *rest) for position, code, *rest in lines]
        numbers[entry.reference] = head.entry_count = number
        head.hash = fingerprint
    _insert(session, JournalEntry.__table__, ENTRY_COLUMNS, entry_rows)  # type: ignore[arg-type]
    _insert(session, Posting.__table__, POSTING_COLUMNS, posting_rows)  # type: ignore[arg-type]
    return numbers


def _insert(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if len(rows) > MANY:
        insert_many(session, table, columns, rows)
    else:
        session.connection().execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
