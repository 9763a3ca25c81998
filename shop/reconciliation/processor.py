"""The processor's balance, mirrored row by row. Every row is explained by exactly one entry; an unknown type opens a case.

`sync_rows` asks the network outside any unit of work, then records in one. Charges and refunds were booked when they happened:
their rows bring the fee. A payout row waits for the bank line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day
from shop.kernel.db import unit_of_work
from shop.kernel.locks import lock_all
from shop.ledger import accounts
from shop.ledger.entries import Entry, Line, credit, debit
from shop.ledger.posting import post_entry
from shop.ledger.queries import balance_of
from shop.payments.models import Payment, Refund
from shop.payments.providers import ProviderBalance, ProviderPayout, ProviderRow
from shop.reconciliation.cases import open_case
from shop.reconciliation.matching import open_day
from shop.reconciliation.models import CaseState, DiscrepancyCase, Match, MatchTarget, ProcessorPayout, ProcessorRow

OVERLAP = timedelta(days=3)
PAYOUT_OVERLAP = timedelta(days=14)  # a payout may still fail days after it was paid
PATIENCE = timedelta(hours=24)  # a charge whose payment is not settled yet is asked about for a day before it is a case
CHARGES, REFUNDS, FEES = ("charge", "payment"), ("refund", "payment_refund"), ("stripe_fee", "application_fee")
PAYOUTS = ("payout", "payout_failure", "payout_cancel")


class Balances(Protocol):
    """The part of a card provider that the mirror asks."""

    @property
    def name(self) -> str: ...
    def list_balance_rows(self, *, since: datetime | None = None, payout: str | None = None) -> Iterator[ProviderRow]: ...
    def list_payouts(self, *, since: datetime | None = None) -> Iterator[ProviderPayout]: ...
    def balance(self) -> ProviderBalance: ...


@dataclass
class Pulled:
    """What the network answered."""

    provider: str
    rows: list[ProviderRow] = field(default_factory=list)
    payouts: list[ProviderPayout] = field(default_factory=list)
    itemised: dict[str, list[ProviderRow]] = field(default_factory=dict)
    held_won: int = 0


@dataclass(frozen=True)
class Synced:
    """What a sync did; `off_won` is the clearing account less what the processor says it holds and payouts on their way."""

    new_rows: int
    proved_payouts: int
    opened_cases: int
    off_won: int


def sync_rows(provider: Balances, now: datetime) -> Synced:
    """Pull the processor's rows and payouts with an overlap, record them, prove payouts. Asked again it changes nothing twice.

    Opens its own units of work: the network stands outside them. Raises: ProviderUnavailable, ProviderRejected.
    """
    with unit_of_work() as session:
        since, proved = _where_to_begin(session, provider.name)
    pulled = pull(provider, since, proved)
    with unit_of_work() as session:
        return record_pulled(session, pulled, now=now)


def pull(provider: Balances, since: datetime | None, proved: set[str]) -> Pulled:
    """Ask the network; touches no database."""
    pulled = Pulled(provider.name)
    pulled.payouts = list(provider.list_payouts(since=since - PAYOUT_OVERLAP if since else None))
    for payout in pulled.payouts:
        if payout.itemised and payout.id not in proved:
            pulled.itemised[payout.id] = list(provider.list_balance_rows(payout=payout.id))
    pulled.rows = list(provider.list_balance_rows(since=since - OVERLAP if since else None))
    pulled.held_won = provider.balance().total_won
    return pulled


def record_pulled(session: Session, pulled: Pulled, *, now: datetime) -> Synced:
    """Upsert rows and payouts, book what is not booked, open cases for what cannot be."""
    new_rows = len(_upsert_rows(session, pulled))
    session.flush()
    proved, cases = _upsert_payouts(session, pulled, now)
    waiting = _lock_unbooked(session, pulled.provider)
    cases += _book_all(session, waiting, now)
    session.flush()
    return Synced(new_rows, proved, cases, _off_won(session, pulled))


def _where_to_begin(session: Session, provider: str) -> tuple[datetime | None, set[str]]:
    since = session.scalar(select(func.max(ProcessorRow.created_at)).where(ProcessorRow.provider == provider))
    proved = select(ProcessorPayout.provider_id).where(
        ProcessorPayout.provider == provider, ProcessorPayout.proved_at.is_not(None)
    )
    return since, set(session.scalars(proved))


def _upsert_rows(session: Session, pulled: Pulled) -> list[ProcessorRow]:
    """Add rows that are new, and the payout that a row turned out to be part of; returns the new ones, not yet flushed."""
    said: dict[str, ProviderRow] = {row.id: row for row in pulled.rows}
    for items in pulled.itemised.values():
        said |= {row.id: row for row in items}
    stored = {row.provider_id: row for row in _stored(session, pulled.provider, list(said))}
    added = []
    for provider_id, row in said.items():
        mine = stored.get(provider_id)
        if mine is None:
            mine = ProcessorRow(
                provider=pulled.provider,
                provider_id=provider_id,
                kind=row.type,
                gross_won=row.gross_won,
                fee_won=row.fee_won,
                net_won=row.net_won,
                source_id=row.source_id,
                created_at=row.created_at,
                available_at=row.available_on,
                raw=dict(row.raw),
            )
            session.add(mine)
            added.append(mine)
        mine.payout_provider_id = row.payout_id or mine.payout_provider_id
        mine.available_at = row.available_on
    return added


def _stored(session: Session, provider: str, ids: Sequence[str]) -> Iterator[ProcessorRow]:
    for start in range(0, len(ids), 1_000):
        yield from session.scalars(
            select(ProcessorRow).where(
                ProcessorRow.provider == provider, ProcessorRow.provider_id.in_(ids[start : start + 1_000])
            )
        )


def _upsert_payouts(session: Session, pulled: Pulled, now: datetime) -> tuple[int, int]:
    """Mirror payouts and prove the itemised ones; returns how many were proved and how many cases opened."""
    known = select(ProcessorPayout).where(
        ProcessorPayout.provider == pulled.provider, ProcessorPayout.provider_id.in_([payout.id for payout in pulled.payouts])
    )
    stored = {payout.provider_id: payout for payout in session.scalars(known)}
    proved = cases = 0
    for payout in pulled.payouts:
        mine = stored.get(payout.id)
        if mine is None:
            mine = ProcessorPayout(
                provider=pulled.provider, provider_id=payout.id, amount_won=payout.amount_won, state=payout.status
            )
            session.add(mine)
        turned = mine.state != payout.status and payout.status in ("failed", "canceled")
        mine.state, mine.arrives_on, mine.is_automatic = payout.status, seoul_day(payout.arrival_on), payout.automatic
        session.flush()
        if turned and _is_matched(session, mine.id):
            title = f"{payout.id} {payout.status} after its bank line"
            cases += _case(session, f"payout_{payout.status}", title, payout.amount_won, now)
        if payout.id in pulled.itemised and mine.proved_at is None:
            off = _prove(session, mine, now)
            proved += off == 0
            cases += off != 0 and _case(session, "payout_unproved", f"{payout.id}: rows and payout differ", off, now)
    return proved, cases


def _prove(session: Session, payout: ProcessorPayout, now: datetime) -> int:
    """A payout's rows, itself aside, sum to it; returns what is missing."""
    rows_won = _sum_items(session, payout.provider, payout.provider_id)
    payout.rows_won = rows_won
    if rows_won == payout.amount_won:
        payout.proved_at = now
    return payout.amount_won - rows_won


def _sum_items(session: Session, provider: str, payout_id: str) -> int:
    query = select(cast(func.coalesce(func.sum(ProcessorRow.net_won), 0), BigInteger)).where(
        ProcessorRow.provider == provider, ProcessorRow.payout_provider_id == payout_id, ProcessorRow.source_id != payout_id
    )
    return session.scalar(query) or 0


def _is_matched(session: Session, payout_id: int) -> bool:
    live = select(Match.id).where(
        Match.target_kind == MatchTarget.PROCESSOR_PAYOUT, Match.target_id == payout_id, Match.undone_at.is_(None)
    )
    return session.scalar(live.limit(1)) is not None


def _lock_unbooked(session: Session, provider: str) -> list[ProcessorRow]:
    query = select(ProcessorRow).where(
        ProcessorRow.provider == provider, ProcessorRow.entry_reference.is_(None), ProcessorRow.kind.not_in(PAYOUTS)
    )
    return lock_all(session, query.order_by(ProcessorRow.id))


def _book_all(session: Session, rows: Sequence[ProcessorRow], now: datetime) -> int:
    """Book every row that is understood; the others open a case, once. Returns how many cases were opened."""
    sources = [row.source_id for row in rows if row.source_id]
    payments = _by_source(session, Payment.charge_id, Payment.id, sources)
    refunds = _by_source(session, Refund.provider_id, Refund.id, sources)
    entries: list[tuple[ProcessorRow, Entry]] = []
    cases = 0
    for row in rows:
        booked = _explained_by(row, payments, refunds)
        if booked is None:
            late = row.kind not in (*CHARGES, *REFUNDS) or row.created_at < now - PATIENCE
            cases += late and _case(
                session, f"processor_{row.kind}"[:40], f"{row.provider} {row.kind} {row.provider_id}", row.net_won, now, row.id
            )
            continue
        if row.fee_won or row.kind in FEES:
            entries.append((row, _fee_entry(session, row, now)))
        row.entry_reference = f"processor:{row.id}" if row.fee_won or row.kind in FEES else booked
    session.flush()
    for _row, entry in entries:
        post_entry(session, entry, now=now)
    return cases


def _explained_by(row: ProcessorRow, payments: dict[str, int], refunds: dict[str, int]) -> str | None:
    """The entry that booked the row's gross, or None where nothing here knows it."""
    source = row.source_id or ""
    if row.kind in CHARGES and source in payments:
        return f"capture:{payments[source]}"
    if row.kind in REFUNDS and source in refunds:
        return f"refund:{refunds[source]}"
    return f"processor:{row.id}" if row.kind in FEES else None


def _fee_entry(session: Session, row: ProcessorRow, now: datetime) -> Entry:
    """What the processor kept of a row; a fee of its own is the whole of the row."""
    fee = -row.net_won if row.kind in FEES else row.fee_won
    asset = accounts.processor(row.provider)
    sides: list[Line] = (
        [debit(accounts.PROCESSOR_FEES, fee), credit(asset, fee)]
        if fee > 0
        else [credit(accounts.PROCESSOR_FEES, -fee), debit(asset, -fee)]
    )
    day, late_for = open_day(session, seoul_day(row.created_at), now)
    return Entry.of(
        f"processor:{row.id}",
        kind="processor_fee",
        effective_on=day,
        lines=sides,
        memo=row.provider_id,
        relates_to_period=late_for,
    )


def _by_source(session: Session, key: Any, value: Any, sources: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(sources), 1_000):
        rows: Any = session.execute(select(key, value).where(key.in_(sources[start : start + 1_000])))
        found.update(rows.all())
    return found


def _case(session: Session, kind: str, title: str, amount_won: int, now: datetime, row_id: int | None = None) -> int:
    """Open a case unless the same one stands open; 1 where it is new."""
    same = select(DiscrepancyCase.id).where(DiscrepancyCase.kind == kind[:40], DiscrepancyCase.title == title[:160])
    if session.scalar(same.where(DiscrepancyCase.state != CaseState.CLOSED).limit(1)) is not None:
        return 0
    open_case(session, kind=kind[:40], title=title, amount_won=amount_won, processor_row_id=row_id, now=now)
    return 1


def _off_won(session: Session, pulled: Pulled) -> int:
    """Books − (held by the processor + payouts that left it and are not yet seen at the bank)."""
    matched = select(Match.target_id).where(Match.target_kind == MatchTarget.PROCESSOR_PAYOUT, Match.undone_at.is_(None))
    on_the_way = session.scalar(
        select(cast(func.coalesce(func.sum(ProcessorPayout.amount_won), 0), BigInteger)).where(
            ProcessorPayout.provider == pulled.provider,
            ProcessorPayout.state.not_in(("failed", "canceled")),
            ProcessorPayout.id.not_in(matched),
        )
    )
    return balance_of(session, accounts.processor(pulled.provider)) - pulled.held_won - (on_the_way or 0)
