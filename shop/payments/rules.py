"""Decisions about payments: deadlines by method, and which account owes a refund. Pure."""

from datetime import datetime, time, timedelta

from shop.kernel.clock import SEOUL, seoul_day
from shop.kernel.errors import Invalid
from shop.ledger import accounts
from shop.payments.models import Payment, PaymentMethod, Refund, RefundState

DAYS_TO_PAY = 3
LAST_MINUTE = time(23, 59)  # of the bank's day
HALL_CLOSES = time(18, 0)
CARD_PAGE_OPEN = timedelta(minutes=60)  # a provider asks for at least 30; a second try with the same key needs room
CARD_PAGE_LEFT = timedelta(minutes=31)  # less than this and a page is opened anew
LEAST_CARD_WON = 100  # Source: Stripe, minimum charge amounts, KRW


class CardTooSmall(Invalid):
    """A card cannot pay so little; carries `least_won`."""


def pay_by(method: PaymentMethod, now: datetime) -> datetime:
    """Until when the money may come: transfer to the third day's end, hall to the third day's closing, card one hour."""
    if method == PaymentMethod.CARD:
        return now + CARD_PAGE_OPEN
    closing = HALL_CLOSES if method == PaymentMethod.PAY_AT_HALL else LAST_MINUTE
    return datetime.combine(seoul_day(now) + timedelta(days=DAYS_TO_PAY), closing, SEOUL)


def check_amount(method: PaymentMethod, amount_won: int) -> None:
    """Refuse what a method cannot carry.

    Raises:
        CardTooSmall
    """
    if method == PaymentMethod.CARD and amount_won < LEAST_CARD_WON:
        raise CardTooSmall(least_won=LEAST_CARD_WON)


def is_surplus(refund: Refund) -> bool:
    """Whether this money was never an order's: it came too late, twice, or was too much."""
    return refund.order_line_id is None and refund.vendor_order_id is None


def owing_account(refund: Refund, payment: Payment) -> str:
    """Which account was credited when the refund was decided.

    A card refund of an order is taken from the processor at once; everything else waits in `refunds_due` until somebody pays it.
    """
    if payment.method == PaymentMethod.CARD and not is_surplus(refund) and refund.state != RefundState.FAILED:
        assert payment.asset_account
        return payment.asset_account
    return accounts.REFUNDS_DUE
