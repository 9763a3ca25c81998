"""Builders for reconciliation: bank lines as an import leaves them, and payments awaiting the bank."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.carts.models import DeliveryWay
from shop.orders.models import Channel, FulfilmentState, Order, OrderState, VendorOrder
from shop.payments.models import Payment, PaymentMethod, PaymentState
from shop.reconciliation.importing import import_statement
from shop.reconciliation.models import BankAccount, BankLine
from tests.reconciliation import files

_numbers = count(1)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def bring_lines(session: Session, lines: list[files.Line], *, now: datetime, opening: int | None = None) -> list[int]:
    """Import lines by a real file; returns the ids of the new ones in order."""
    account = session.scalars(select(BankAccount)).first()
    assert account
    known = set(session.scalars(select(BankLine.id)))
    last = session.scalar(select(BankLine.balance_won).order_by(BankLine.id.desc()).limit(1))
    start = opening if opening is not None else 1_000_000 if last is None else last
    import_statement(session, account_id=account.id, content=files.jeonbuk(lines, start), actor_id=None, now=now)
    return [
        number
        for number in session.scalars(select(BankLine.id).order_by(BankLine.occurred_at, BankLine.id))
        if number not in known
    ]


def code_of(number: int) -> str:
    """A four-letter tail such as order numbers have."""
    tail = ""
    for _ in range(4):
        number, digit = divmod(number, len(LETTERS))
        tail = LETTERS[digit] + tail
    return tail


def make_awaited(session: Session, vendor_id: int, *, won: int, payer: str, at: datetime, number: str = "") -> Payment:
    """An order of one vendor that awaits a bank transfer."""
    serial = next(_numbers)
    order = Order(
        number=number or f"J{at:%y%m%d}-{code_of(7_919 * serial)}",
        token="t",
        channel=Channel.WEB,
        state=OrderState.AWAITING_PAYMENT,
        goods_won=won,
        total_won=won,
        parcel_won=0,
        discount_won=0,
        placed_at=at,
    )
    session.add(order)
    session.flush()
    session.add(
        VendorOrder(
            order_id=order.id,
            vendor_id=vendor_id,
            way=DeliveryWay.PICKUP,
            state=FulfilmentState.WAITING,
            total_won=won,
            seller={},
        )
    )
    payment = Payment(
        order_id=order.id,
        method=PaymentMethod.BANK_TRANSFER,
        state=PaymentState.PENDING,
        amount_won=won,
        payer_name=payer,
        pay_by=at + timedelta(days=3),
        created_at=at,
    )
    session.add(payment)
    session.flush()
    return payment
