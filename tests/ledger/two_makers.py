"""The worked order of docs/money.md: hanji maker A (2 notebooks, parcel) and sprout grower B (3 bags, picked up), to the won."""

from datetime import date

from shop.kernel.money import apportion, cumulative_share, share_bps, vat_on
from shop.ledger import accounts as chart
from shop.ledger.entries import Entry, credit, debit

A, B = 101, 102
STRIPE, BANK = chart.processor("stripe"), chart.bank("jb1")
DAY = date(2026, 11, 18)

GOODS_A, GOODS_B, PARCEL_A, COUPON = 24_000, 6_000, 3_000, 3_000
COUPON_A, COUPON_B = apportion(COUPON, [GOODS_A, GOODS_B])
PAID_A, PAID_B = GOODS_A + PARCEL_A - COUPON_A, GOODS_B - COUPON_B


def capture() -> Entry:
    """The shopper pays 30,000 by card."""
    return Entry.of("capture:1", kind="capture", effective_on=DAY, lines=[
        debit(STRIPE, PAID_A + PAID_B),
        credit(chart.ORDERS_IN_PROGRESS, PAID_A, vendor_id=A), credit(chart.ORDERS_IN_PROGRESS, PAID_B, vendor_id=B),
    ])


def confirm(vendor: int, goods: int, coupon: int, parcel: int) -> Entry:
    """A purchase is confirmed: the centre's commission, the rest to the vendor."""
    commission = share_bps(goods, 1000)
    vat = vat_on(commission)
    return Entry.of(f"confirm:{vendor}", kind="confirm", effective_on=DAY, lines=[
        debit(chart.ORDERS_IN_PROGRESS, goods + parcel - coupon, vendor_id=vendor),
        debit(chart.PROMOTIONS, coupon, vendor_id=vendor),
        credit(chart.vendor_payable(vendor), goods + parcel - commission - vat),
        credit(chart.COMMISSION, commission, vendor_id=vendor), credit(chart.VAT_OUTPUT, vat, vendor_id=vendor),
    ])


def move(reference: str, to: str, out_of: str, won: int, vendor: int | None = None) -> Entry:
    """Money from one account to another."""
    return Entry.of(reference, kind=reference.partition(":")[0], effective_on=DAY,
                    lines=[debit(to, won, vendor_id=vendor), credit(out_of, won, vendor_id=vendor)])


def returned_notebook(from_payable: int, to_debt: int) -> Entry:
    """One of the two notebooks comes back."""
    coupon, commission = cumulative_share(COUPON_A, 1, 2), cumulative_share(2_400, 1, 2)
    return Entry.of("refund:1", kind="refund", effective_on=DAY, lines=[
        debit(chart.vendor_payable(A), from_payable), debit(chart.vendor_debt(A), to_debt),
        debit(chart.COMMISSION, commission, vendor_id=A), debit(chart.VAT_OUTPUT, vat_on(commission), vendor_id=A),
        credit(chart.PROMOTIONS, coupon, vendor_id=A), credit(STRIPE, 12_000 - coupon),
    ])


def until_payout() -> list[Entry]:
    """Everything before the return, in order."""
    return [
        capture(),
        confirm(A, GOODS_A, COUPON_A, PARCEL_A),
        confirm(B, GOODS_B, COUPON_B, 0),
        move("processor:txn_1", chart.PROCESSOR_FEES, STRIPE, 1_020),
        move("bank_line:1", BANK, STRIPE, 28_980),
        move("payout:1", chart.vendor_payable(A), chart.PAYOUTS_IN_TRANSIT, 24_360, A),
        move("bank_line:2", chart.PAYOUTS_IN_TRANSIT, BANK, 24_360, A),
    ]
