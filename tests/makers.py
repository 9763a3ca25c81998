"""The worked example of the books, `two_makers`, as steps a test can walk: cart, order, payment, shipping, confirmation."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.carts import use
from shop.carts.models import DeliveryWay
from shop.catalog.models import TaxClass
from shop.ledger import accounts
from shop.ledger.models import Account, JournalEntry, Posting
from shop.orders import fulfilment
from shop.orders.models import Order, OrderLine, VendorOrder
from shop.orders.placing import CheckoutDetails, place_order
from shop.payments.models import Payment, PaymentMethod
from shop.payments.opening import open_payment
from shop.payments.settling import settle_payment
from shop.vendors.models import Vendor
from tests import factories

DETAILS = CheckoutDetails(name="김하늘", phone="010-1234-5678", email="sky@example.com", postcode="55041",
                          address="전주시 완산구 풍남동 1")
STRIPE = accounts.processor("stripe")


def make_goods(session: Session, a_id: int, b_id: int) -> SimpleNamespace:
    """Notebooks of A at 12,000 sent by parcel, sprouts of B at 2,000 free of tax, collected in the hall; as ids."""
    notebook = factories.make_product(session, session.get_one(Vendor, a_id), price=12000, shelf=10, hall=5)
    sprouts = factories.make_product(session, session.get_one(Vendor, b_id), "콩나물 한 봉지", price=2000, shelf=0, hall=20,
                                     category="fresh", tax_class=TaxClass.EXEMPT)
    return SimpleNamespace(a=a_id, b=b_id, notebook=factories.variants_of(session, notebook)[0].id,
                           sprouts=factories.variants_of(session, sprouts)[0].id)


def fill_cart(session: Session, makers: SimpleNamespace, now: Any) -> int:
    """A cart with two notebooks and three bags of sprouts; its id."""
    cart = use.open_cart(session, token=None, user_id=None, now=now)
    use.add_line(session, cart_id=cart.id, variant_id=makers.notebook, quantity=2, way=DeliveryWay.PARCEL, now=now)
    use.add_line(session, cart_id=cart.id, variant_id=makers.sprouts, quantity=3, way=DeliveryWay.PICKUP, now=now)
    return cart.id


def place(session: Session, makers: SimpleNamespace, now: Any, *, method: PaymentMethod = PaymentMethod.CARD) -> SimpleNamespace:
    """The order of 30,000 won after the centre's 3,000, with its open payment; ids of everything by maker."""
    order = place_order(session, cart_id=fill_cart(session, makers, now), details=DETAILS, expected_total_won=30000,
                        discount_won=3000, now=now)
    payment = open_payment(session, order_id=order.id, method=method, now=now)
    parts = {part.vendor_id: part.id for part in session.scalars(select(VendorOrder).where(VendorOrder.order_id == order.id))}
    lines = {line.vendor_id: line.id for line in session.scalars(select(OrderLine))}
    return SimpleNamespace(id=order.id, number=order.number, token=order.token, payment=payment.id, part_a=parts[makers.a],
                           part_b=parts[makers.b], line_a=lines[makers.a], line_b=lines[makers.b])


def pay(session: Session, order: SimpleNamespace, now: Any, *, account: str = STRIPE, amount: int = 30000) -> Any:
    """Take the money in."""
    intent = f"pi_{order.payment}" if account == STRIPE else None
    return settle_payment(session, payment_id=order.payment, amount_won=amount, asset_account=account, intent_id=intent, now=now)


def send_and_confirm(session: Session, makers: SimpleNamespace, order: SimpleNamespace, now: Any) -> None:
    """A ships, B hands over, the shopper confirms both."""
    fulfilment.ship(session, vendor_order_id=order.part_a, vendor_id=makers.a, courier="cj", tracking_number="123456789012",
                    actor_id=None, now=now)
    fulfilment.hand_over(session, vendor_order_id=order.part_b, vendor_id=makers.b, actor_id=None, now=now)
    for part in (order.part_a, order.part_b):
        fulfilment.confirm_purchase(session, vendor_order_id=part, order_id=order.id, now=now)


def entry_of(session: Session, reference: str) -> dict[tuple[str, int | None], int] | None:
    """An entry's signed won by account and vendor, debit positive."""
    entry = session.scalar(select(JournalEntry.id).where(JournalEntry.reference == reference))
    if entry is None:
        return None
    rows: dict[tuple[str, int | None], int] = {}
    query = select(Account.code, Posting.vendor_id, Posting.amount_won).join(Account, Account.id == Posting.account_id)
    for code, vendor_id, won in session.execute(query.where(Posting.entry_id == entry)):
        rows[code, vendor_id] = rows.get((code, vendor_id), 0) + won
    return rows


def by_account(session: Session, reference: str) -> dict[str, int] | None:
    """An entry's signed won by account."""
    rows = entry_of(session, reference)
    if rows is None:
        return None
    sums: dict[str, int] = {}
    for (code, _vendor), won in rows.items():
        sums[code] = sums.get(code, 0) + won
    return sums


def facts(session: Session) -> tuple[Any, ...]:
    """Everything of orders, money and books that a refusal may not change."""
    return (
        sorted((order.id, order.state) for order in session.scalars(select(Order))),
        sorted((part.id, part.state, part.tracking_number) for part in session.scalars(select(VendorOrder))),
        sorted((line.id, line.returned_quantity) for line in session.scalars(select(OrderLine))),
        sorted((payment.id, payment.state) for payment in session.scalars(select(Payment))),
        session.scalars(select(JournalEntry.reference).order_by(JournalEntry.id)).all(),
    )


@pytest.fixture
def makers(cast: SimpleNamespace, unit: Any) -> SimpleNamespace:
    """Two makers with their goods; as ids."""
    with unit() as session:
        return make_goods(session, cast.vendor, cast.rival)


@pytest.fixture
def cart(makers: SimpleNamespace, unit: Any, now: Any) -> int:
    """A cart with two notebooks and three bags of sprouts; its id."""
    with unit() as session:
        return fill_cart(session, makers, now)


@pytest.fixture
def order(makers: SimpleNamespace, unit: Any, now: Any) -> SimpleNamespace:
    """The two makers' order, awaiting its card payment; as ids."""
    with unit() as session:
        return place(session, makers, now)
