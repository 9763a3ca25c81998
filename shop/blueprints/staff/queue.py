"""Bank lines as rows of a queue: what each is, what may explain it, what to press. Shared by the front page and the bank page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop.blueprints.access import STAFF
from shop.blueprints.money_words import TARGETS, suggestion_words
from shop.blueprints.refusals import sentence
from shop.kernel.errors import ShopError
from shop.people.models import StaffRole
from shop.reconciliation import matching, queries
from shop.reconciliation.models import BankLine, BankLineState
from shop.reconciliation.suggesting import Suggestion
from shop.templating import won

MONEY_READ = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER, StaffRole.AUDITOR)
MONEY_WRITE = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER)


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue."""

    line: BankLine
    words: str
    suggestion: Suggestion | None
    is_automatic: bool

    @property
    def targets(self) -> str:
        """The suggested targets as a form sends them."""
        return " ".join(target.key for target in self.suggestion.targets) if self.suggestion else ""


def queue_rows(session: Session, lines: Sequence[BankLine], *, now: datetime) -> list[QueueRow]:
    """Rows for lines: suggestions for what is open, the match for what is explained."""
    open_lines = [line for line in lines if line.state is not BankLineState.MATCHED]
    suggestions = matching.suggest(session, open_lines, now=now) if open_lines else {}
    explained = queries.list_explanations(session, [line.id for line in lines if line.state is BankLineState.MATCHED])
    rows = []
    for line in lines:
        if line.state is BankLineState.MATCHED:
            parts = explained[line.id]
            words = " + ".join(f"{TARGETS[p.kind]} {p.code or p.name} {won(abs(p.amount_won))}" for p in parts)
            rows.append(QueueRow(line, words, None, any(p.is_automatic for p in parts)))
        else:
            best = next(iter(suggestions[line.id]), None)
            rows.append(QueueRow(line, suggestion_words(best) if best else "", best, False))
    return rows


def refused(error: ShopError, back: str) -> ResponseReturnValue:
    """Say a refusal on the page the person came from."""
    flash(sentence(error), "bad")
    return redirect(back, 303)
