"""Walking the books from the first entry: the hash chain, every entry's sum, every running balance. Reads only.

Rows come in chunks, so a walk of millions of postings takes the memory of a thousand entries.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.kernel.db import db
from shop.ledger.accounts import is_owned, is_payable
from shop.ledger.chain import START, entry_hash
from shop.ledger.models import Account, AccountBalance, ChainHead, JournalEntry, Posting

CHUNK = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Broken:
    """The first thing that does not hold: which entry (or, with number 0, which account) and why."""

    entry_id: int
    reference: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """What a walk found; whole where nothing is broken."""

    entries: int
    postings: int
    hash: str
    broken: Broken | None


class _Stop(Exception):
    def __init__(self, entry_id: int, reference: str, why: str) -> None:
        self.broken = Broken(entry_id, reference, why)


@contextmanager
def snapshot() -> Iterator[Session]:
    """A read session that sees one moment of the books however long it walks."""
    options = {} if db.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with Session(db.engine.execution_options(**options)) as session:
        yield session


def verify(session: Session, *, on_progress: Progress = lambda done, total: None) -> Verdict:
    """Walk every entry in order of number and say what is broken first. Use a `snapshot()` while others post."""
    walk = _Walk(session, on_progress)
    try:
        walk.entries()
        walk.balances()
    except _Stop as stop:
        return Verdict(walk.count, walk.posting_count, walk.hash, stop.broken)
    return Verdict(walk.count, walk.posting_count, walk.hash, None)


class _Walk:
    """One walk: how far it came, the hash there, and the running balances so far."""

    def __init__(self, session: Session, on_progress: Progress) -> None:
        self.session = session
        self.on_progress = on_progress
        self.count, self.posting_count, self.hash = 0, 0, START
        self.codes: dict[int, str] = {row.id: row.code for row in session.execute(select(Account.id, Account.code))}
        self.running: dict[int, int] = {number: 0 for number, code in self.codes.items() if is_owned(code)}
        self.head = session.execute(select(ChainHead.entry_count, ChainHead.hash).where(ChainHead.id == 1)).one()

    def entries(self) -> None:
        """Every entry against the one before, and the last against the head."""
        first = self.session.scalar(select(func.min(JournalEntry.id)))
        if first is not None and first < 1:
            raise _Stop(first, "", "stands before the first number")
        while chunk := self._chunk():
            postings = self._postings(self.count + 1, chunk[-1].id)
            for entry in chunk:
                self._entry(entry, postings.pop(entry.id, []))
            if postings:
                raise _Stop(min(postings), "", "postings without an entry")
            self.on_progress(self.count, self.head.entry_count)
        if self.count < self.head.entry_count:
            raise _Stop(self.count + 1, "", "entry missing at the end")
        if self.hash != self.head.hash:
            raise _Stop(self.count, "", "the head does not carry the last entry's hash")
        if beyond := self.session.scalar(select(func.min(Posting.entry_id)).where(Posting.entry_id > self.count)):
            raise _Stop(beyond, "", "postings without an entry")

    def balances(self) -> None:
        """Every running balance against its replay."""
        stored = {row.account_id: row.balance_won for row in self.session.execute(
            select(AccountBalance.account_id, AccountBalance.balance_won))}
        for account_id in sorted(self.running.keys() | stored.keys()):
            code, replayed = self.codes.get(account_id, str(account_id)), self.running.get(account_id, 0)
            kept = stored.get(account_id)
            if kept != replayed:
                raise _Stop(0, code, f"running balance {kept} is not its replay {replayed}")
            if is_payable(code) and replayed > 0:
                raise _Stop(0, code, f"payable below 0 by {replayed}")

    def _chunk(self) -> list[Any]:
        query = select(JournalEntry.__table__).where(JournalEntry.id > self.count).order_by(JournalEntry.id).limit(CHUNK)
        return list(self.session.execute(query))

    def _postings(self, first: int, last: int) -> dict[int, list[Any]]:
        query = (
            select(Posting.entry_id, Posting.position, Posting.account_id, Posting.amount_won, Posting.vendor_id,
                   Posting.order_line_id, Posting.channel)
            .where(Posting.entry_id.between(first, last)).order_by(Posting.entry_id, Posting.position)
        )
        return {number: list(rows) for number, rows in groupby(self.session.execute(query), key=lambda row: row.entry_id)}

    def _entry(self, entry: Any, postings: list[Any]) -> None:
        number, reference = entry.id, entry.reference
        if number != self.count + 1:
            raise _Stop(self.count + 1, "", f"entry missing; the next is {number} ({reference})")
        if number > self.head.entry_count:
            raise _Stop(number, reference, "stands beyond the head")
        if not postings:
            raise _Stop(number, reference, "has no postings")
        if off := sum(row.amount_won for row in postings):
            raise _Stop(number, reference, f"does not sum to 0 but to {off}")
        if entry.previous_hash != self.hash:
            raise _Stop(number, reference, "does not follow the entry before it")
        if self._recompute(entry, postings) != entry.hash:
            raise _Stop(number, reference, "is not what was posted: its hash differs")
        for row in postings:
            if row.account_id in self.running:
                self.running[row.account_id] += row.amount_won
        self.count, self.hash = number, entry.hash
        self.posting_count += len(postings)

    def _recompute(self, entry: Any, postings: list[Any]) -> str:
        lines = [(row.position, self.codes.get(row.account_id), row.amount_won, row.vendor_id, row.order_line_id, row.channel)
                 for row in postings]
        return entry_hash(
            self.hash, reference=entry.reference, kind=entry.kind, memo=entry.memo, effective_on=entry.effective_on,
            recorded_at=entry.recorded_at, reverses_id=entry.reverses_id, relates_to_period=entry.relates_to_period,
            postings=lines,
        )
