"""Rules for another till's rows: what is a sale, a return, a service, a stock correction, and what is set aside and why. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from shop.kernel.money import divide_rounding

POSTAGE_CODES = frozenset({"POST", "DOT", "C2", "C3"})

SET_ASIDE_CODES = {
    "M": "manual", "D": "discount", "S": "sample", "B": "bad_debt", "PADS": "packing", "GIFT": "voucher",
    "BANK CHARGES": "bank_charge", "AMAZONFEE": "marketplace_fee", "ADJUST": "adjustment", "ADJUST2": "adjustment",
}
SET_ASIDE_PREFIXES = {"TEST": "test", "GIFT_": "voucher"}


class Fate(StrEnum):
    """What a row becomes."""

    SALE = "sale"
    RETURN = "return"
    SERVICE = "service"
    STOCK = "stock"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class TillRow:
    """One line of the old till: `amount_won` is quantity × price, in won."""

    number: int  # 1 is the first row under the header
    invoice: str
    stock_code: str
    description: str
    quantity: int
    at: datetime  # UTC
    month: str  # the till's own calendar month
    price_text: str
    amount_won: int


def amount_of(quantity: int, price_text: str) -> int:
    """Quantity × price × 100, exact from the text of the price, halves away from zero (one penny of the old till is one won)."""
    price = _price(price_text)
    return divide_rounding(price.numerator * 100 * quantity, price.denominator)


@lru_cache(maxsize=4096)
def _price(text: str) -> Fraction:
    """A till's few prices come again and again; reading one exactly is dear."""
    return Fraction(text)


def judge(row: TillRow, vendor_codes: Collection[str]) -> tuple[Fate, str]:
    """Decide what a row becomes, and the reason where it is no sale or return.

    `vendor_codes` are the stock codes that belong to a vendor. The order of the rules matters: a bad-debt invoice is
    never a sale, whatever its code.
    """
    if row.invoice.startswith("A"):
        return Fate.SET_ASIDE, "bad_debt"
    if row.stock_code not in vendor_codes:
        return _judge_without_vendor(row)
    if _price(row.price_text) == 0:
        return Fate.STOCK, "zero_price"
    if row.amount_won == 0:
        return Fate.SET_ASIDE, "below_one_won"
    is_return = row.invoice.startswith("C")
    if is_return != (row.amount_won < 0):
        return Fate.SET_ASIDE, "sign_contradicts_invoice"
    return (Fate.RETURN, "") if is_return else (Fate.SALE, "")


def _judge_without_vendor(row: TillRow) -> tuple[Fate, str]:
    code = row.stock_code.upper()
    if code in POSTAGE_CODES and row.amount_won != 0:
        return Fate.SERVICE, "postage"
    if code in SET_ASIDE_CODES:
        return Fate.SET_ASIDE, SET_ASIDE_CODES[code]
    for prefix, reason in SET_ASIDE_PREFIXES.items():
        if code.startswith(prefix):
            return Fate.SET_ASIDE, reason
    return Fate.SET_ASIDE, "zero_amount" if row.amount_won == 0 else "code_without_vendor"
