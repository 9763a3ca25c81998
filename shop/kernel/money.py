"""Integer won: the only home of splitting and rounding. No float, no Decimal, no bare `/`."""

from collections.abc import Sequence

BPS = 10_000
MAX_WON = 10**13  # above any amount of this house, far below what a BIGINT or a JSON number can hold


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` won in proportion to `weights`, losing and inventing nothing.

    Each part is the exact share rounded down; the won left over go one each to the largest
    remainders, earliest first. A zero weight receives zero. `total` may be negative: the
    split is then the mirror of the positive one.

    Source: largest-remainder (Hamilton) apportionment.
    """
    whole = sum(weights)
    assert weights, "nothing to split by"
    assert min(weights) >= 0, "a weight is a size, never negative"
    if total == 0:
        return [0] * len(weights)
    assert whole > 0, "nothing to split by"
    if total < 0:
        return [-part for part in apportion(-total, weights)]
    shares = [divmod(total * weight, whole) for weight in weights]
    left_over = total - sum(quotient for quotient, _ in shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    favoured = set(by_remainder[:left_over])
    return [quotient + (i in favoured) for i, (quotient, _) in enumerate(shares)]


def divide_rounding(numerator: int, denominator: int) -> int:
    """Divide to the nearest whole won, halves away from zero."""
    assert denominator > 0
    quotient, remainder = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * remainder >= denominator)
    return rounded if numerator >= 0 else -rounded


def share_bps(amount_won: int, bps: int) -> int:
    """The part of `amount_won` that a rate in basis points takes, to the nearest won, halves away from zero."""
    return divide_rounding(amount_won * bps, BPS)


def vat_inside(gross_won: int) -> int:
    """The VAT contained in a taxable price: gross − round(gross × 100 / 110).

    Source: 부가가치세법 §29⑦ (supply = total × 100/110).
    """
    return gross_won - divide_rounding(gross_won * 100, 110)


def vat_on(supply_won: int) -> int:
    """The VAT added to a supply of the centre's own (10 % of a commission), to the nearest won."""
    return share_bps(supply_won, 1000)


def cumulative_share(total_won: int, part: int, whole: int, *, before: int = 0) -> int:
    """What of `total_won` falls to units `before`+1 … `before`+`part` of `whole`.

    Computed as the difference of two rounded running totals, so that n partial refunds
    together equal one full refund to the won.
    """
    assert whole > 0
    assert before >= 0
    assert 0 <= part <= whole - before
    return divide_rounding(total_won * (before + part), whole) - divide_rounding(total_won * before, whole)
