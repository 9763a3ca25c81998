"""Reads of the books: balances, the trial balance of any day as known at any instant, entries and their postings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.elements import ColumnElement

from shop.ledger.models import Account, AccountBalance, ChainHead, JournalEntry, Posting


@dataclass(frozen=True)
class AccountTotal:
    """What was debited and credited to one account."""

    account: str
    debit_won: int
    credit_won: int

    @property
    def balance_won(self) -> int:
        """Signed, debit positive."""
        return self.debit_won - self.credit_won


@dataclass(frozen=True)
class EntryRow:
    """One line of the list of entries; `amount_won` is the sum of its debits."""

    id: int
    reference: str
    kind: str
    memo: str
    effective_on: date
    recorded_at: datetime
    reverses_id: int | None
    amount_won: int


def balance_of(session: Session, account_code: str) -> int:
    """The signed balance of one account, debit positive; 0 for one never posted to."""
    kept = select(AccountBalance.balance_won).join(Account, Account.id == AccountBalance.account_id)
    running = session.scalar(kept.where(Account.code == account_code))
    if running is not None:
        return running
    account = select(Account.id).where(Account.code == account_code).scalar_subquery()
    return session.scalar(select(_sum(Posting.amount_won)).where(Posting.account_id == account)) or 0


def balances_of(session: Session, account_prefix: str) -> dict[str, int]:
    """The running balances of the owned accounts under a prefix such as `liabilities:vendor_payable`, by account code."""
    query = select(Account.code, AccountBalance.balance_won).join(Account, Account.id == AccountBalance.account_id)
    return {row.code: row.balance_won for row in session.execute(query.where(under(account_prefix)).order_by(Account.code))}


def trial_balance(session: Session, *, as_of: date | None = None, known_at: datetime | None = None) -> list[AccountTotal]:
    """Totals of every account by entries effective up to `as_of` and recorded up to `known_at`; the balances sum to 0."""
    totals = (
        select(Posting.account_id.label("account_id"),
               _sum(case((Posting.amount_won > 0, Posting.amount_won), else_=0)).label("debit_won"),
               _sum(case((Posting.amount_won < 0, -Posting.amount_won), else_=0)).label("credit_won"))
        .group_by(Posting.account_id)
    )
    if as_of is not None or known_at is not None:
        totals = totals.join(JournalEntry, JournalEntry.id == Posting.entry_id)
    if as_of is not None:
        totals = totals.where(JournalEntry.effective_on <= as_of)
    if known_at is not None:
        totals = totals.where(JournalEntry.recorded_at <= known_at)
    part = totals.subquery()
    query = select(Account.code, part.c.debit_won, part.c.credit_won).join(part, part.c.account_id == Account.id)
    return sorted((AccountTotal(*row) for row in session.execute(query)), key=lambda total: _chart_order(total.account))


def sum_postings(session: Session, *, account_prefix: str, vendor_id: int | None = None, since: date | None = None,
                 until: date | None = None) -> int:
    """Signed sum over an account and those under it, effective from `since` on and before `until`."""
    accounts = select(Account.id).where(under(account_prefix))
    query = select(_sum(Posting.amount_won)).where(Posting.account_id.in_(accounts))
    if vendor_id is not None:
        query = query.where(Posting.vendor_id == vendor_id)
    if since is not None or until is not None:
        query = query.join(JournalEntry, JournalEntry.id == Posting.entry_id)
    if since is not None:
        query = query.where(JournalEntry.effective_on >= since)
    if until is not None:
        query = query.where(JournalEntry.effective_on < until)
    return session.scalar(query) or 0


def list_entries(session: Session, *, before_id: int | None = None, limit: int = 50, account: str = "", reference: str = "",
                 vendor_id: int | None = None) -> list[EntryRow]:
    """Entries newest first, before a number; of one account, of references that begin so, or of one vendor."""
    query = _entry_ids(account, vendor_id) if account or vendor_id is not None else select(JournalEntry.id)
    if reference:
        query = query.where(JournalEntry.reference.startswith(reference, autoescape=True))
    if before_id is not None:
        query = query.where(JournalEntry.id < before_id)
    numbers = list(session.scalars(query.order_by(JournalEntry.id.desc()).limit(limit)))
    debits = (
        select(Posting.entry_id, _sum(Posting.amount_won).label("won"))
        .where(Posting.entry_id.in_(numbers), Posting.amount_won > 0).group_by(Posting.entry_id).subquery()
    )
    rows = select(
        JournalEntry.id, JournalEntry.reference, JournalEntry.kind, JournalEntry.memo, JournalEntry.effective_on,
        JournalEntry.recorded_at, JournalEntry.reverses_id, debits.c.won,
    ).join(debits, debits.c.entry_id == JournalEntry.id).order_by(JournalEntry.id.desc())
    return [EntryRow(*row) for row in session.execute(rows)]


def find_entry(session: Session, entry_id: int) -> JournalEntry | None:
    """An entry with its postings."""
    return session.scalar(select(JournalEntry).where(JournalEntry.id == entry_id).options(selectinload(JournalEntry.postings)))


def find_reversal_id(session: Session, entry_id: int) -> int | None:
    """The number of the entry that reversed this one."""
    return session.scalar(select(JournalEntry.id).where(JournalEntry.reverses_id == entry_id))


def account_codes(session: Session, account_ids: set[int]) -> dict[int, str]:
    """Codes by account id."""
    query = select(Account.id, Account.code).where(Account.id.in_(account_ids))
    return {row.id: row.code for row in session.execute(query)}


def list_accounts(session: Session) -> list[str]:
    """Every account ever posted to, in the order of the chart."""
    return sorted(session.scalars(select(Account.code)), key=_chart_order)


def get_head(session: Session) -> tuple[int, str]:
    """How many entries stand and the hash of the newest: what a month's snapshot keeps."""
    head = session.execute(select(ChainHead.entry_count, ChainHead.hash).where(ChainHead.id == 1)).one()
    return head.entry_count, head.hash


def under(account_prefix: str) -> ColumnElement[bool]:
    """The condition that `Account.code` is this account or one under it; whole words only."""
    prefix = account_prefix.rstrip(":")
    return or_(Account.code == prefix, Account.code.startswith(prefix + ":", autoescape=True))


def _entry_ids(account: str, vendor_id: int | None) -> Any:
    query = select(JournalEntry.id).join(Posting, Posting.entry_id == JournalEntry.id).distinct()
    if account:
        query = query.where(Posting.account_id.in_(select(Account.id).where(under(account))))
    return query if vendor_id is None else query.where(Posting.vendor_id == vendor_id)


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _chart_order(code: str) -> tuple[int, list[tuple[int, int | str]]]:
    """Assets, liabilities, income, expenses; owners that are numbers by their number."""
    kind, *words = code.split(":")
    order = ("assets", "liabilities", "income", "expenses")
    return order.index(kind), [(0, int(word)) if word.isdecimal() else (1, word) for word in words]
