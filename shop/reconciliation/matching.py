"""Matching bank lines with what explains them: N lines to M targets with amounts, neither over-allocated, booked at once.

`confirm_match` locks lines, then targets, then posts. "Paid" is said here and nowhere else: the bank's line is the proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day, seoul_month
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.locks import lock_rows
from shop.ledger import accounts
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.models import Period, PeriodState
from shop.ledger.posting import find_entry_id, post_entry
from shop.people.audit import record
from shop.reconciliation import settling_targets
from shop.reconciliation.models import BankAccount, BankLine, BankLineState, Match, MatchTarget
from shop.reconciliation.settling_targets import Held
from shop.reconciliation.suggesting import Suggestion, suggest_all
from shop.reconciliation.targets import load_targets

MOST_LINES = 5_000


class BankLineNotFound(NotFound):
    """No such line."""


class LineExplained(Conflict):
    """The line is matched already."""


class LinesDiffer(Invalid):
    """Lines of one match are of one account and one direction."""


class AmountsDiffer(Conflict):
    """The targets do not sum to the lines; `over_won` is what the targets ask too much."""


@dataclass(frozen=True)
class Wanted:
    """A target as a person or a rule names it; `amount_won` only where a target has no amount of its own."""

    kind: MatchTarget
    id: int | None = None
    amount_won: int | None = None


@dataclass(frozen=True)
class Part:
    """An amount of one line explained by one target."""

    line: BankLine
    target: Held
    amount_won: int


def suggest(session: Session, lines: Sequence[BankLine], *, now: datetime) -> dict[int, list[Suggestion]]:
    """Suggestions for lines, judged beside every other unexplained line."""
    others = list_unexplained(session)
    known = {line.id for line in others}
    every = [*others, *(line for line in lines if line.id not in known)]
    judged = suggest_all(every, load_targets(session, now=now), shown={line.id for line in lines})
    return {line.id: judged[line.id] for line in lines}


def list_unexplained(session: Session) -> list[BankLine]:
    """Unexplained lines, oldest first."""
    query = select(BankLine).where(BankLine.state == BankLineState.UNEXPLAINED)
    return list(session.scalars(query.order_by(BankLine.occurred_at, BankLine.id).limit(MOST_LINES)))


def match_automatically(session: Session, *, now: datetime, actor_id: int | None = None) -> list[int]:
    """Confirm every match that is beyond doubt; returns the lines that were explained."""
    lines = list_unexplained(session)
    done = []
    for line_id, suggestions in suggest_all(lines, load_targets(session, now=now)).items():
        if suggestions and suggestions[0].is_sure:
            target = suggestions[0].targets[0]
            confirm_match(
                session,
                bank_line_ids=[line_id],
                targets=[Wanted(target.kind, target.id)],
                actor_id=actor_id,
                now=now,
                automatic=True,
            )
            done.append(line_id)
    return done


def confirm_match(
    session: Session,
    *,
    bank_line_ids: Sequence[int],
    targets: Sequence[Wanted],
    actor_id: int | None,
    now: datetime,
    automatic: bool = False,
) -> list[int]:
    """Explain lines by targets, book it, and tell whoever was waiting; returns the matches' ids.

    What a deposit brought beyond the payments it is for is owed back: `settle_payment` books it and makes a refund that is due.

    Raises:
        BankLineNotFound, LineExplained, LinesDiffer, AmountsDiffer, TargetTaken, TargetUnknown
    """
    lines = _lock_lines(session, bank_line_ids)
    total = sum(line.amount_won for line in lines)
    held = _with_surplus(settling_targets.hold_targets(session, targets, rest_won=total), total)
    parts = _allocate(lines, held)
    bank = session.get(BankAccount, lines[0].account_id)
    assert bank is not None
    paid_on = seoul_day(max(line.occurred_at for line in lines))
    matches = [
        Match(
            bank_line_id=part.line.id,
            target_kind=part.target.kind,
            target_id=part.target.id,
            amount_won=part.amount_won,
            is_automatic=automatic,
            made_at=now,
            made_by=actor_id,
        )
        for part in parts
    ]
    session.add_all(matches)
    for line in lines:
        was, line.state = line.state, BankLineState.MATCHED
        record(
            session,
            actor_id=actor_id,
            action="bank_line.matched",
            subject=("bank_line", line.id),
            before={"state": was.value},
            now=now,
            after={
                "automatic": automatic,
                "targets": [f"{p.target.kind.value}:{p.target.id}={p.amount_won}" for p in parts if p.line is line],
            },
        )
    settling_targets.close_cases(session, [line.id for line in lines], actor_id=actor_id, now=now)
    session.flush()
    references = settling_targets.settle(
        session, held, asset=accounts.bank(bank.code), paid_on=paid_on, actor_id=actor_id, now=now
    )
    references |= _post_lines(session, lines, parts, accounts.bank(bank.code), now)
    for match, part in zip(matches, parts, strict=True):
        match.entry_reference = references.get(part.target.key) or references[f"line:{part.line.id}"]
    session.flush()
    return [match.id for match in matches]


def _lock_lines(session: Session, ids: Sequence[int]) -> list[BankLine]:
    found = lock_rows(session, BankLine, ids)
    if not ids or len(found) != len(set(ids)):
        raise BankLineNotFound()
    lines = sorted(found.values(), key=lambda line: (line.occurred_at, line.id))
    if any(line.state is BankLineState.MATCHED for line in lines):
        raise LineExplained()
    if len({(line.account_id, line.amount_won > 0) for line in lines}) > 1:
        raise LinesDiffer()
    return lines


def _with_surplus(held: Sequence[Held], total: int) -> list[Held]:
    """The targets, and what is left of an over-payment; refuses what does not add up."""
    asked = sum(target.amount_won for target in held)
    if asked == total:
        return list(held)
    payment = next((target for target in held if target.kind is MatchTarget.PAYMENT), None)
    if payment is None or total < asked:
        raise AmountsDiffer(lines_won=total, targets_won=asked, over_won=asked - total)
    return [*held, Held(MatchTarget.SURPLUS, payment.id, total - asked, "", None)]


def _allocate(lines: Sequence[BankLine], targets: Sequence[Held]) -> list[Part]:
    """Walk both sides once, giving each line's won to targets in order: both end at 0 together."""
    parts: list[Part] = []
    waiting = [[target, abs(target.amount_won)] for target in targets]
    for line in lines:
        sign, left = (1 if line.amount_won > 0 else -1), abs(line.amount_won)
        while left:
            target, open_won = waiting[0]
            taken = min(left, open_won)
            parts.append(Part(line, target, sign * taken))
            left -= taken
            waiting[0][1] -= taken
            if not waiting[0][1]:
                waiting.pop(0)
    assert not waiting
    return parts


def _post_lines(session: Session, lines: Sequence[BankLine], parts: Sequence[Part], asset: str, now: datetime) -> dict[str, str]:
    """One entry a line for all that its targets do not book themselves; returns references by line."""
    references: dict[str, str] = {}
    for line in lines:
        own = [part for part in parts if part.line is line and part.target.account]
        if own:
            reference = free_reference(session, f"bank_line:{line.id}")
            total = sum(part.amount_won for part in own)
            sides = [debit(asset, total) if total > 0 else credit(asset, -total)]
            for part in own:
                side = credit if part.amount_won > 0 else debit
                sides.append(side(part.target.account, abs(part.amount_won), part.target.vendor_id))
            day, late_for = open_day(session, seoul_day(line.occurred_at), now)
            post_entry(
                session,
                Entry.of(
                    reference, kind="bank_line", effective_on=day, lines=sides, memo=line.description, relates_to_period=late_for
                ),
                now=now,
            )
            references[f"line:{line.id}"] = reference
    return references


def free_reference(session: Session, base: str) -> str:
    """The reference of what may be booked anew after a reversal: `bank_line:7`, then `bank_line:7:2`. Under its row's lock."""
    reference, attempt = base, 1
    while find_entry_id(session, reference) is not None:
        attempt += 1
        reference = f"{base}:{attempt}"
    return reference


def open_day(session: Session, day: date, now: datetime) -> tuple[date, str | None]:
    """The day to post on: the event's own, or today with the closed month it belongs to."""
    period = session.get(Period, seoul_month(day))
    if period is None or period.state is PeriodState.OPEN:
        return day, None
    return seoul_day(now), period.month
