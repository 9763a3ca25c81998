"""A journal entry before it is posted: a value that cannot exist unbalanced or empty. No session, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shop.kernel.errors import Invalid
from shop.kernel.money import MAX_WON
from shop.ledger.accounts import CODE, ORDERS_IN_PROGRESS, owner_of

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class UnbalancedEntry(Invalid):
    """The postings do not sum to 0."""


class EmptyEntry(Invalid):
    """Nothing is left to post once zero lines are dropped."""


@dataclass(frozen=True, slots=True)
class Line:
    """One signed amount on one account (debit positive), with the dimensions by which a won is followed."""

    account: str
    amount_won: int
    vendor_id: int | None = None
    order_line_id: int | None = None
    channel: str | None = None


def debit(account: str, amount_won: int, vendor_id: int | None = None, order_line_id: int | None = None,
          channel: str | None = None) -> Line:
    """A debit: assets and expenses grow, liabilities and income shrink."""
    assert amount_won >= 0, "a debit is a size; a negative one is a credit"
    return _line(account, amount_won, vendor_id, order_line_id, channel)


def credit(account: str, amount_won: int, vendor_id: int | None = None, order_line_id: int | None = None,
           channel: str | None = None) -> Line:
    """A credit: liabilities and income grow, assets and expenses shrink."""
    assert amount_won >= 0, "a credit is a size; a negative one is a debit"
    return _line(account, -amount_won, vendor_id, order_line_id, channel)


def _line(account: str, amount_won: int, vendor_id: int | None, order_line_id: int | None, channel: str | None) -> Line:
    """A line whose vendor is the owner of the account where the account has one."""
    owner = owner_of(account) if vendor_id is None else vendor_id
    return Line(account, amount_won, owner, order_line_id, channel)


@dataclass(frozen=True)
class Entry:
    """One balanced event of the books; `reference` names it once and for all and is its idempotency key.

    Raises:
        EmptyEntry: there is no line. UnbalancedEntry: the lines do not sum to 0.
    """

    reference: str
    kind: str
    effective_on: date
    lines: tuple[Line, ...]
    memo: str = ""
    relates_to_period: str | None = None
    reverses_id: int | None = None

    @classmethod
    def of(cls, reference: str, *, kind: str, effective_on: date, lines: Iterable[Line], memo: str = "",
           relates_to_period: str | None = None, reverses_id: int | None = None) -> "Entry":
        """An entry of these lines; zero lines are dropped, the memo is cut to its column."""
        kept = tuple(line for line in lines if line.amount_won)
        return cls(reference, kind, effective_on, kept, memo[:200], relates_to_period, reverses_id)

    def __post_init__(self) -> None:
        if not self.lines:
            raise EmptyEntry(reference=self.reference)
        total = sum(line.amount_won for line in self.lines)
        if total:
            raise UnbalancedEntry(reference=self.reference, off_by_won=total)
        assert 0 < len(self.reference) <= 120, f"bad reference {self.reference!r}"
        assert 0 < len(self.kind) <= 40, f"bad kind {self.kind!r}"
        assert self.relates_to_period is None or MONTH.fullmatch(self.relates_to_period)
        for line in self.lines:
            _check_line(line)


def _check_line(line: Line) -> None:
    assert type(line.amount_won) is int, "won are whole"
    assert 0 < abs(line.amount_won) <= MAX_WON, f"no such amount: {line.amount_won}"
    assert CODE.fullmatch(line.account), f"no such account: {line.account!r}"
    owner = owner_of(line.account)
    assert owner in (None, line.vendor_id), f"{line.account} is not vendor {line.vendor_id}'s"
    assert line.account != ORDERS_IN_PROGRESS or line.vendor_id is not None, "money held apart is held for a vendor"
