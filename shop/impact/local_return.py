"""Won returned to local organisations: sums of postings to what vendors are owed, by Seoul month, kind of organisation and dong.

A sale credits it, a refund takes it back; a payout moves money that is owed and returns none. Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import BigInteger, String, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from shop.kernel.clock import month_bounds
from shop.ledger import accounts
from shop.ledger.models import Account, JournalEntry, Posting
from shop.ledger.queries import under
from shop.settlements.proof import payout_entries
from shop.vendors.models import Dong, Vendor

FEWEST_VENDORS = 3  # a cell of fewer organisations would tell what one of them earned
By = Literal["total", "month", "kind", "dong"]


@dataclass(frozen=True, slots=True)
class Movement:
    """What the books credited to one vendor in one month, net of what refunds took back."""

    vendor_id: int
    month: str
    won: int


@dataclass(frozen=True)
class Cell:
    """A sum with the number of organisations in it; `members` names what was merged into it."""

    key: str
    won: int
    vendor_count: int
    members: tuple[str, ...] = ()


MERGED = "merged"


def list_movements(session: Session, *, since: date | None = None, until: date | None = None) -> list[Movement]:
    """Movements by vendor and month, effective from `since` on and before `until`: one query, vendors × months rows."""
    conditions = []
    if since is not None:
        conditions.append(JournalEntry.effective_on >= since)
    if until is not None:
        conditions.append(JournalEntry.effective_on < until)
    return _sum(session, conditions)


def sum_movements(session: Session, *, after_entry: int, to_entry: int) -> list[Movement]:
    """Movements of the entries after one number, up to and including another."""
    return _sum(session, [Posting.entry_id > after_entry, Posting.entry_id <= to_entry])


def _sum(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Movement]:
    month = func.substr(cast(JournalEntry.effective_on, String), 1, 7)
    query = (
        select(Account.code, month, cast(-func.sum(Posting.amount_won), BigInteger))
        .join(Posting, Posting.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            under(accounts.PAYABLE_PREFIX) | under(accounts.DEBT_PREFIX), Posting.entry_id.not_in(payout_entries()), *conditions
        )
        .group_by(Account.code, month)
    )
    by_cell: dict[tuple[int, str], int] = defaultdict(int)
    for code, name, won in session.execute(query):
        by_cell[int(code.rsplit(":", 1)[1]), name] += won
    return [Movement(vendor_id, name, won) for (vendor_id, name), won in sorted(by_cell.items())]


def sum_returned(session: Session, *, by: By = "total", since: date | None = None, until: date | None = None) -> list[Cell]:
    """Won returned, whole or divided; cells of fewer than three organisations merged for kinds and dongs."""
    return divide(
        list_movements(session, since=since, until=until), by, places=find_places(session) if by in ("kind", "dong") else {}
    )


@dataclass(frozen=True)
class Place:
    """What a vendor is counted under."""

    kind: str
    dong: str


def find_places(session: Session) -> dict[int, Place]:
    """Kind and dong code of every vendor."""
    return {
        number: Place(kind.value, dong or "")
        for number, kind, dong in session.execute(select(Vendor.id, Vendor.kind, Vendor.dong_code))
    }


def list_dongs(session: Session) -> dict[str, Dong]:
    """Dongs by code."""
    return {dong.code: dong for dong in session.scalars(select(Dong))}


def divide(movements: Iterable[Movement], by: By, places: dict[int, Place], fewest: int = FEWEST_VENDORS) -> list[Cell]:
    """Sum movements into cells; they sum to the whole. Months ascend, others by won, none of fewer than `fewest` vendors."""
    sums: dict[str, int] = defaultdict(int)
    vendors: dict[str, set[int]] = defaultdict(set)
    for movement in movements:
        key = _key(movement, by, places)
        sums[key] += movement.won
        vendors[key].add(movement.vendor_id)
    cells = [Cell(key, won, len(vendors[key])) for key, won in sums.items()]
    if by in ("total", "month"):
        return sorted(cells, key=lambda cell: cell.key)
    return merge_small(cells, fewest)


def merge_small(cells: Iterable[Cell], fewest: int = FEWEST_VENDORS) -> list[Cell]:
    """Merge cells of fewer than `fewest` organisations into one; where that is still too small, the smallest other joins it."""
    ranked = sorted(cells, key=lambda cell: (-cell.won, cell.key))
    small = [cell for cell in ranked if cell.vendor_count < fewest]
    large = [cell for cell in ranked if cell.vendor_count >= fewest]
    while small and sum(cell.vendor_count for cell in small) < fewest and large:
        small.append(large.pop())
    if not small:
        return large
    merged = Cell(
        MERGED,
        sum(cell.won for cell in small),
        sum(cell.vendor_count for cell in small),
        tuple(sorted(cell.key for cell in small)),
    )
    return [*large, merged]


def fill_months(cells: list[Cell]) -> list[Cell]:
    """Months without a won between the first and the last, so that a chart keeps its time."""
    if not cells:
        return []
    known = {cell.key: cell for cell in cells}
    filled, month = [], cells[0].key
    while month <= cells[-1].key:
        filled.append(known.get(month) or Cell(month, 0, 0))
        month = month_bounds(month)[1].isoformat()[:7]
    return filled


def _key(movement: Movement, by: By, places: dict[int, Place]) -> str:
    if by == "month":
        return movement.month
    if by == "total":
        return "total"
    place = places.get(movement.vendor_id, Place("", ""))
    return place.kind if by == "kind" else place.dong
