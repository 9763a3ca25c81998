"""Bringing a bank statement in: a line once for all, however often and in however many overlapping files it comes."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.errors import Conflict, NotFound
from shop.kernel.locks import lock_row
from shop.people.audit import record
from shop.reconciliation.bank_files import BankStatement, StatementRow, read_statement
from shop.reconciliation.models import BankAccount, BankImport, BankLine, BankLineState

CHUNK = 1_000


class BankAccountNotFound(NotFound):
    """The centre has no such account."""


class WrongAccount(Conflict):
    """The file's own title names another account."""


@dataclass(frozen=True)
class Imported:
    """What a file brought: lines in it, lines that were new, and won missing between the last known balance and its opening."""

    import_id: int
    layout: str
    row_count: int
    added_count: int
    gap_won: int


def import_statement(
    session: Session,
    *,
    account_id: int,
    content: bytes,
    actor_id: int | None,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
) -> Imported:
    """Read a statement file and add the lines that are not known yet.

    Raises:
        BankAccountNotFound, WrongAccount, and the refusals of `read_statement`; nothing is added then.
    """
    account = lock_row(session, BankAccount, account_id)
    if account is None:
        raise BankAccountNotFound()
    statement = read_statement(content, mapping)
    own_number = "".join(letter for letter in account.number if letter.isdigit())
    if statement.account_number and statement.account_number != own_number:
        raise WrongAccount(named=statement.account_number[-4:], own=own_number[-4:])
    gap = _find_gap(session, account_id, statement)
    batch = BankImport(
        account_id=account_id,
        file_hash=hashlib.sha256(content).hexdigest(),
        layout=statement.layout,
        opening_won=statement.opening_won,
        closing_won=statement.closing_won,
        row_count=len(statement.rows),
        added_count=0,
        imported_at=now,
        imported_by=actor_id,
    )
    session.add(batch)
    session.flush()
    batch.added_count = _add_lines(session, account_id, batch.id, statement)
    record(
        session,
        actor_id=actor_id,
        action="bank.imported",
        subject=("bank_import", batch.id),
        now=now,
        after={"layout": batch.layout, "rows": batch.row_count, "added": batch.added_count, "gap_won": gap},
    )
    session.flush()
    return Imported(batch.id, batch.layout, batch.row_count, batch.added_count, gap)


def fingerprint(row: StatementRow) -> str:
    """What makes a line itself: instant, amount and balance after. Banks reword descriptions, so these are left out.

    Source: count-based de-duplication, because equal deposits of one day are legal.
    """
    return hashlib.sha256(f"{row.occurred_at.isoformat()}|{row.amount_won}|{row.balance_won}".encode()).hexdigest()


def _add_lines(session: Session, account_id: int, import_id: int, statement: BankStatement) -> int:
    seen: Counter[str] = Counter()
    keyed = []
    for row in statement.rows:
        key = fingerprint(row)
        seen[key] += 1
        keyed.append((key, seen[key], row))
    known = _known(session, account_id, list(seen))
    fresh = [
        BankLine(
            account_id=account_id,
            import_id=import_id,
            occurred_at=row.occurred_at,
            amount_won=row.amount_won,
            balance_won=row.balance_won,
            description=row.description,
            branch=row.branch,
            fingerprint=key,
            occurrence=occurrence,
            state=BankLineState.UNEXPLAINED,
        )
        for key, occurrence, row in keyed
        if (key, occurrence) not in known
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _known(session: Session, account_id: int, keys: list[str]) -> set[tuple[str, int]]:
    known: set[tuple[str, int]] = set()
    for start in range(0, len(keys), CHUNK):
        query = select(BankLine.fingerprint, BankLine.occurrence).where(
            BankLine.account_id == account_id, BankLine.fingerprint.in_(keys[start : start + CHUNK])
        )
        known.update((key, occurrence) for key, occurrence in session.execute(query))
    return known


def _find_gap(session: Session, account_id: int, statement: BankStatement) -> int:
    """Won that moved between the last line known before this file and the file's opening; 0 where they join or overlap."""
    first = statement.rows[0]
    earlier = select(BankLine.balance_won).where(BankLine.account_id == account_id, BankLine.occurred_at <= first.occurred_at)
    balances = list(session.scalars(earlier.order_by(BankLine.occurred_at.desc(), BankLine.id.desc()).limit(50)))
    if not balances or statement.opening_won in balances or first.balance_won in balances:
        return 0
    return statement.opening_won - balances[0]
