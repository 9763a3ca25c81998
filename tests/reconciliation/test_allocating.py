"""N lines to M targets: every won of both sides is allocated once, whatever the amounts."""

from hypothesis import given
from hypothesis import strategies as st

from shop.kernel.money import apportion
from shop.reconciliation.matching import _allocate
from shop.reconciliation.models import BankLine, MatchTarget
from shop.reconciliation.settling_targets import Held

amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)


@given(amounts, st.lists(st.integers(1, 100), min_size=1, max_size=8), st.sampled_from([1, -1]))
def test_neither_side_is_over_allocated(lines_won, weights, sign):
    shares = [won for won in apportion(sum(lines_won), weights) if won]
    lines = [BankLine(id=n, amount_won=sign * won) for n, won in enumerate(lines_won)]
    targets = [Held(MatchTarget.PAYOUT, n, sign * won, "x", None) for n, won in enumerate(shares)]
    parts = _allocate(lines, targets)
    for line in lines:
        assert sum(part.amount_won for part in parts if part.line is line) == line.amount_won
    for target in targets:
        assert sum(part.amount_won for part in parts if part.target is target) == target.amount_won
    assert all(part.amount_won * sign > 0 for part in parts)
    assert len(parts) <= len(lines) + len(targets) - 1
