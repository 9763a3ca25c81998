"""Which targets may explain a line, and when that is beyond doubt. Pure: lines and targets in, suggestions out.

Beyond doubt: the amount is equal, and its code stands in the description or it is the one open target of the one payer named,
and no other line and no other target fits as well. The amount alone only suggests.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import combinations

from shop.kernel.korean import jamo, same_name
from shop.reconciliation.models import BankLine, MatchTarget
from shop.reconciliation.targets import Target, code_fits, words

EARLY = timedelta(minutes=10)  # banks round to the minute; money that came before its order is not for it
LIKENESS = 0.8
MOST = 6
FITS = ("code", "name", "sum", "over", "similar", "amount")  # best first


@dataclass(frozen=True)
class Suggestion:
    """Targets that would explain a line; `fit` says why, `over_won` is what would be owed back."""

    targets: tuple[Target, ...]
    fit: str
    over_won: int = 0
    is_sure: bool = False


def suggest_all(
    lines: Sequence[BankLine], targets: Sequence[Target], *, shown: Collection[int] = ()
) -> dict[int, list[Suggestion]]:
    """The best suggestions for every line, the sure one (if there is one) first.

    Sums and over-payments, which compare every name, are looked for only for the lines that are `shown`.
    """
    by_amount: dict[int, list[Target]] = defaultdict(list)
    for target in targets:
        by_amount[target.amount_won].append(target)
    named = [target for target in targets if target.kind is MatchTarget.PAYMENT and target.name]
    found = {line.id: _suggest(line, by_amount[line.amount_won], named if line.id in shown else ()) for line in lines}
    claims = Counter(s.targets[0].key for suggestions in found.values() for s in suggestions if s.is_sure)
    for line_id, suggestions in found.items():
        found[line_id] = [_doubt(s) if s.is_sure and s.fit == "name" and claims[s.targets[0].key] > 1 else s for s in suggestions]
    return found


def _suggest(line: BankLine, equal: Sequence[Target], named: Sequence[Target]) -> list[Suggestion]:
    fits = {target.key: _fit(line, target) for target in equal}
    sure = _sure(line, equal, fits)
    singles = [
        Suggestion((t,), fits[t.key], is_sure=t is sure)
        for t in equal
        if t.kind is not MatchTarget.HALL_DEPOSIT or line.amount_won > 0
    ]
    singles.sort(key=lambda s: (not s.is_sure, FITS.index(s.fit), s.targets[0].id))
    if sure or line.amount_won < 0:
        return singles[:MOST]
    others = [*_sums(line, named), *_overpaid(line, named)]
    ranked = sorted([*singles, *others], key=lambda s: FITS.index(s.fit))
    return ranked[:MOST]


def _sure(line: BankLine, equal: Sequence[Target], fits: dict[str, str]) -> Target | None:
    """The one target beyond doubt."""
    by_code = [t for t in equal if fits[t.key] == "code"]
    by_name = [t for t in equal if _name_fits(line.description, t)]
    if len(by_code) == 1 and (not by_name or by_code[0] in by_name):
        chosen = by_code[0]
    elif not by_code and len(by_name) == 1:
        chosen = by_name[0]
    else:
        return None
    too_early = chosen.since is not None and line.occurred_at < chosen.since - EARLY
    return None if too_early or not chosen.is_sure else chosen


def _fit(line: BankLine, target: Target) -> str:
    if code_fits(line.description, target.code):
        return "code"
    if _name_fits(line.description, target):
        return "name"
    return "similar" if _is_similar(line.description, target.name) else "amount"


def _name_fits(description: str, target: Target) -> bool:
    """Whether the description is the payer's name, with or without the order's code beside it."""
    if not target.name:
        return False
    if same_name(description, target.name):
        return True
    suffix = target.code.casefold().rsplit("-", 1)[-1]
    rest = " ".join(word for word in words(description) if word != suffix)
    return code_fits(description, target.code) and same_name(rest, target.name)


def _is_similar(description: str, name: str) -> bool:
    """A typing slip apart, or the name among other words."""
    if len(name) < 2:
        return False
    if "".join(words(name)) in "".join(words(description)):
        return True
    return SequenceMatcher(None, jamo(description), jamo(name)).ratio() >= LIKENESS


def _sums(line: BankLine, named: Sequence[Target]) -> list[Suggestion]:
    """Two or three payments awaited from this payer that together are the amount."""
    mine = [t for t in named if 0 < t.amount_won < line.amount_won and _name_fits(line.description, t)][:12]
    return [
        Suggestion(group, "sum")
        for size in (2, 3)
        for group in combinations(mine, size)
        if sum(t.amount_won for t in group) == line.amount_won
    ]


def _overpaid(line: BankLine, named: Sequence[Target]) -> list[Suggestion]:
    """A payment awaited from this payer that is less than what came."""
    return [
        Suggestion((t,), "over", over_won=line.amount_won - t.amount_won)
        for t in named
        if 0 < t.amount_won < line.amount_won and (code_fits(line.description, t.code) or _name_fits(line.description, t))
    ]


def _doubt(suggestion: Suggestion) -> Suggestion:
    return Suggestion(suggestion.targets, suggestion.fit, suggestion.over_won)
