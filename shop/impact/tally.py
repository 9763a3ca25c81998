"""The running sum behind the public numbers: postings are append-only, so each reading only adds the entries that are new.

Kept in the process, proved against the chain at every use: where the last entry it knows is not the books' own, it begins anew.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.impact.local_return import Movement, sum_movements
from shop.ledger.models import JournalEntry
from shop.ledger.queries import get_head


@dataclass
class Tally:
    """Won by vendor and month up to and including entry `last`, whose hash is `hash`."""

    last: int = 0
    hash: str = ""
    won: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))


_lock = Lock()
_tally = Tally()


def read_movements(session: Session) -> list[Movement]:
    """Movements by vendor and month of the whole books: equal to `local_return.list_movements`, at the cost of what is new."""
    global _tally
    with _lock:
        last, fingerprint = get_head(session)
        if not _is_of(session, _tally, last):
            _tally = Tally()
        if _tally.last < last:
            for movement in sum_movements(session, after_entry=_tally.last, to_entry=last):
                _tally.won[movement.vendor_id, movement.month] += movement.won
            _tally.last, _tally.hash = last, fingerprint
        return [Movement(vendor_id, month, won) for (vendor_id, month), won in sorted(_tally.won.items())]


def _is_of(session: Session, tally: Tally, head: int) -> bool:
    """Whether a tally belongs to these books: its last entry stands in them with the same hash."""
    if tally.last == 0:
        return True
    return tally.last <= head and session.scalar(select(JournalEntry.hash).where(JournalEntry.id == tally.last)) == tally.hash
