"""A small cache inside the process, for counts that may be a minute old. Never for money, stock, or anything a person owns.

Each worker process holds its own; nothing invalidates an entry but its age. Two threads may compute the same value at once, which
costs time and breaks nothing.
"""

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

V = TypeVar("V")
MAX_ENTRIES = 2000

_entries: dict[Hashable, tuple[float, object]] = {}


def remember(key: Hashable, seconds: float, make: Callable[[], V]) -> V:
    """The value kept under a key if it is younger than `seconds`, else a new one from `make`."""
    kept = _entries.get(key)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]  # type: ignore[return-value]
    value = make()
    if len(_entries) >= MAX_ENTRIES:
        _entries.clear()
    _entries[key] = (time.monotonic() + seconds, value)
    return value


def forget_all() -> None:
    """Drop everything (tests, and after the demo has been filled)."""
    _entries.clear()
