"""Money at the hall's counter for an order of the shop: cash, a card slip, or the city's currency, in the exact amount."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ledger import accounts
from shop.orders.ending import lock_order
from shop.orders.models import OrderState
from shop.payments.models import Payment, PaymentMethod, PaymentState
from shop.payments.opening import open_payment
from shop.payments.settling import Outcome, Settlement, settle_payment
from shop.people import audit

REGISTER = "1"


class Tender(StrEnum):
    """What lies on the counter."""

    CASH = "cash"
    CARD_SLIP = "card_slip"  # approved on the hall's own terminal
    LOCAL_CURRENCY = "local_currency"  # 전주사랑상품권


def account_of(tender: Tender, register: str = REGISTER) -> str:
    """The account that holds what was taken."""
    return {
        Tender.CASH: accounts.drawer(register),
        Tender.CARD_SLIP: accounts.acquirer("hall"),
        Tender.LOCAL_CURRENCY: accounts.LOCAL_CURRENCY,
    }[tender]


def take_payment(session: Session, *, order_id: int, tender: Tender, actor_id: int, register: str = REGISTER,
                 now: datetime) -> Settlement:
    """Take an order's whole amount at the counter, whatever way of paying was meant before. Twice is once.

    Raises:
        OrderGone, NotPayable: canceled or expired.
    """
    order = lock_order(session, order_id)
    if order.state == OrderState.PAID:
        paid = select(Payment.id).where(Payment.order_id == order_id, Payment.state == PaymentState.PAID).order_by(Payment.id)
        return Settlement(Outcome.ALREADY, session.scalars(paid.limit(1)).one(), order_id)
    payment = open_payment(session, order_id=order_id, method=PaymentMethod.PAY_AT_HALL, now=now)
    audit.record(session, actor_id=actor_id, action="order.paid_at_counter", subject=("order", order_id),
                 after={"tender": tender.value, "amount_won": payment.amount_won, "register": register}, now=now)
    return settle_payment(session, payment_id=payment.id, amount_won=payment.amount_won,
                          asset_account=account_of(tender, register), now=now)
