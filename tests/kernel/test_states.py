"""A state moves only along its table."""

from enum import StrEnum
from types import SimpleNamespace

import pytest

from shop.kernel.states import MoveRefused, advance, unreachable


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"
    LOST = "lost"


MOVES = {Door.OPEN: {Door.SHUT}, Door.SHUT: {Door.OPEN, Door.LOCKED}, Door.LOCKED: {Door.SHUT}}


def test_a_move_of_the_table_is_made_and_tells_what_was():
    door = SimpleNamespace(state=Door.OPEN)
    assert advance(door, Door.SHUT, MOVES) is Door.OPEN
    assert door.state is Door.SHUT


def test_a_state_read_as_plain_text_moves_too():
    door = SimpleNamespace(state="shut")
    assert advance(door, Door.LOCKED, MOVES) is Door.SHUT


@pytest.mark.parametrize(("was", "to"), [(Door.OPEN, Door.LOCKED), (Door.OPEN, Door.OPEN), (Door.LOST, Door.OPEN)])
def test_any_other_move_is_refused_and_nothing_changes(was, to):
    door = SimpleNamespace(state=was)
    with pytest.raises(MoveRefused) as refusal:
        advance(door, to, MOVES)
    assert refusal.value.data == {"kind": "Door", "was": was.value, "to": to.value}
    assert door.state is was


def test_another_field_can_hold_the_state():
    row = SimpleNamespace(gate=Door.OPEN)
    advance(row, Door.SHUT, MOVES, field="gate")
    assert row.gate is Door.SHUT


def test_unreachable_states_are_found():
    assert unreachable(MOVES, Door.OPEN) == {Door.LOST}
    assert unreachable(MOVES | {Door.OPEN: {Door.SHUT, Door.LOST}}, Door.OPEN) == set()
