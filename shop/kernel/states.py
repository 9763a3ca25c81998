"""State machines: a StrEnum, one table of allowed moves, and `advance` as the only way to make one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from shop.kernel.errors import Conflict

S = TypeVar("S", bound=StrEnum)


class MoveRefused(Conflict):
    """The thing is not in a state from which this move is allowed."""


def advance(row: Any, to: S, transitions: Mapping[S, set[S]], *, field: str = "state") -> S:
    """Move `row.<field>` to `to` if the table allows it; returns the state it left.

    Raises:
        MoveRefused: with `was` and `to`.
    """
    was = type(to)(getattr(row, field))
    if to not in transitions.get(was, set()):
        raise MoveRefused(kind=type(to).__name__, was=was.value, to=to.value)
    setattr(row, field, to)
    return was


def unreachable(transitions: Mapping[S, set[S]], start: S) -> set[S]:
    """States no path leads to from `start`: a test keeps this empty."""
    seen, todo = {start}, [start]
    while todo:
        for state in transitions.get(todo.pop(), set()) - seen:
            seen.add(state)
            todo.append(state)
    return set(type(start)) - seen
