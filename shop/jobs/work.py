"""What each job does: opens units of work, calls use cases until nothing is left, answers with a line for the record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.carts.models import Cart, CartLine
from shop.jobs.models import JobRun
from shop.kernel.clock import seoul_day
from shop.kernel.db import unit_of_work
from shop.ledger.verifying import snapshot, verify
from shop.messages.models import Message, MessageState
from shop.messages.sending import send_due
from shop.orders.fulfilment import confirm_overdue as confirm_overdue_purchases
from shop.payments.card import close_overdue, send_due_refunds
from shop.payments.expiring import expire_unpaid as expire_unpaid_orders
from shop.payments.providers import CardProvider
from shop.payments.providers.choosing import get_card_provider
from shop.people.models import Attempt, EndedSession
from shop.reconciliation.processor import sync_rows
from shop.settlements.lines import pull_lines

NO_PROVIDER = "no card processor"
ROUNDS = 200  # a job gives way after so many rounds and goes on at its next run


class LedgerBroken(RuntimeError):
    """The walk over the books found a row that does not hold."""


def send_messages(now: datetime) -> str:
    """Send every mail that is due."""
    sent = failed = 0
    for _round in range(ROUNDS):
        report = send_due(now)
        sent, failed = sent + report.sent, failed + report.failed
        if not report.sent and not report.failed:
            break
    return f"sent {sent}, failed {failed}"


def expire_unpaid(now: datetime) -> str:
    """Cancel orders that were not paid in time and give back what they held; open card pages are closed first."""
    provider = _provider()
    closed = close_overdue(provider, now=now) if provider else 0
    return f"pages {closed}, " + _repeat("expired", lambda session: len(expire_unpaid_orders(session, now=now)))


def send_refunds(now: datetime) -> str:
    """Ask the card processor for every refund that is due."""
    provider = _provider()
    return f"sent {send_due_refunds(provider, now=now)}" if provider else NO_PROVIDER


def sync_processor(now: datetime) -> str:
    """Fetch the card processor's rows and payouts and prove them."""
    provider = _provider()
    if provider is None:
        return NO_PROVIDER
    synced = sync_rows(provider, now)
    return f"rows {synced.new_rows}, proved {synced.proved_payouts}, cases {synced.opened_cases}"


def confirm_overdue(now: datetime) -> str:
    """Confirm purchases seven days after they were sent or handed over."""
    return _repeat("confirmed", lambda session: confirm_overdue_purchases(session, now=now))


def pull_settlement_lines(now: datetime) -> str:
    """Gather settlement lines of every day that is over."""
    with unit_of_work() as session:
        return f"lines {pull_lines(session, through=seoul_day(now) - timedelta(days=1), now=now)}"


def verify_ledger(now: datetime) -> str:
    """Walk the chain of the books from its first entry."""
    with snapshot() as session:
        verdict = verify(session)
    if verdict.broken is not None:
        raise LedgerBroken(f"entry {verdict.broken}")
    return "whole"


def sweep(now: datetime) -> str:
    """Remove what nobody needs any more: idle carts, counted attempts, ended sessions, old mails and run records."""
    days = {
        "carts": lambda session: _sweep_carts(session, now - timedelta(days=30)),
        "attempts": lambda session: _count(session, delete(Attempt).where(Attempt.expires_ms < int(now.timestamp() * 1000))),
        "sessions": lambda session: _count(session, delete(EndedSession).where(EndedSession.ended_at < now - timedelta(days=15))),
        "mails": lambda session: _count(session, delete(Message).where(Message.state == MessageState.SENT,
                                                                       Message.sent_at < now - timedelta(days=180))),
        "runs": lambda session: _count(session, delete(JobRun).where(JobRun.started_at < now - timedelta(days=30))),
    }
    counts = {}
    for name, remove in days.items():
        with unit_of_work() as session:
            counts[name] = remove(session)
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _provider() -> CardProvider | None:
    """The card processor, or None in a hall that takes no cards."""
    return get_card_provider() if current_app.config["STRIPE_SECRET_KEY"] else None


def _sweep_carts(session: Session, before: datetime) -> int:
    idle = select(Cart.id).where(Cart.touched_at < before)
    session.execute(delete(CartLine).where(CartLine.cart_id.in_(idle)))
    return _count(session, delete(Cart).where(Cart.touched_at < before))


def _count(session: Session, statement: Any) -> int:
    return session.execute(statement.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]


def _repeat(word: str, step: Callable[[Session], int]) -> str:
    """One unit of work after another until a step finds nothing; a refusal of one is the job's failure, not its silence."""
    total = 0
    for _round in range(ROUNDS):
        with unit_of_work() as session:
            done = step(session)
        total += done
        if not done:
            break
    return f"{word} {total}"
