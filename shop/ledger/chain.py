"""The hash chain: the canonical bytes of an entry, and the hash that ties it to the one before. Pure functions.

The bytes are a JSON array without spaces, so that anybody can recompute the chain with any language:
[previous, reference, kind, memo, effective_on, recorded_at, reverses_id, relates_to_period,
 [[position, account, amount_won, vendor_id, order_line_id, channel], …]]
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

START = "0" * 64
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def entry_hash(previous: str, *, reference: str, kind: str, memo: str, effective_on: date, recorded_at: datetime,
               reverses_id: int | None, relates_to_period: str | None, postings: Sequence[Sequence[Any]]) -> str:
    """SHA-256 over an entry and the hash before it.

    `postings` are (position, account, won, vendor, order line, channel), in order of position.
    """
    moment = recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [previous, reference, kind, memo, effective_on.isoformat(), moment, reverses_id, relates_to_period, postings]
    return hashlib.sha256(_encode(content).encode()).hexdigest()
