"""The worked order of docs/money.md: two makers, one coupon, 30,000 won, made by the real use cases."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.carts import use
from shop.carts.models import DeliveryWay
from shop.catalog.models import TaxClass
from shop.ledger import accounts
from shop.orders.fulfilment import confirm_purchase, hand_over, ship
from shop.orders.models import OrderLine, VendorOrder
from shop.orders.placing import CheckoutDetails, place_order
from shop.payments.models import PaymentMethod
from shop.payments.opening import open_payment
from shop.payments.settling import settle_payment
from shop.vendors.models import Vendor
from tests.factories import make_product, variants_of


@dataclass
class TwoMakers:
    """Ids of the order and of its two parts."""

    order_id: int
    number: str
    total_won: int
    payment_id: int
    part_a: int
    part_b: int
    line_a: int
    line_b: int


def place_two_makers(
    session: Session,
    vendor_a: int,
    vendor_b: int,
    *,
    now: datetime,
    method: PaymentMethod = PaymentMethod.CARD,
    payer: str = "김하늘",
) -> TwoMakers:
    """2 notebooks of A at 12,000 by parcel, 3 bags of B at 2,000 collected, a coupon of 3,000: the order, its payment open."""
    maker_a, maker_b = session.get_one(Vendor, vendor_a), session.get_one(Vendor, vendor_b)
    maker_a.parcel_fee_won, maker_a.free_parcel_from_won = 3_000, None
    notebook = variants_of(session, make_product(session, maker_a, price=12_000))[0]
    sprouts = variants_of(
        session, make_product(session, maker_b, "유기농 콩나물", price=2_000, tax_class=TaxClass.EXEMPT, category="fresh")
    )[0]
    cart_id = _fill_cart(session, [(notebook.id, 2, DeliveryWay.PARCEL), (sprouts.id, 3, DeliveryWay.PICKUP)], now)
    details = CheckoutDetails(
        name=payer, phone="010-1234-5678", email="sky@example.com", postcode="54999", address="전주시 완산구 1"
    )
    order = place_order(session, cart_id=cart_id, details=details, expected_total_won=30_000, discount_won=3_000, now=now)
    payment = open_payment(session, order_id=order.id, method=method, payer_name=payer, now=now)
    parts = {p.vendor_id: p.id for p in session.scalars(select(VendorOrder).where(VendorOrder.order_id == order.id))}
    lines = {
        line.vendor_id: line.id
        for line in session.scalars(select(OrderLine).where(OrderLine.vendor_order_id.in_(parts.values())))
    }
    return TwoMakers(
        order.id, order.number, order.total_won, payment.id, parts[vendor_a], parts[vendor_b], lines[vendor_a], lines[vendor_b]
    )


def _fill_cart(session: Session, goods: list[tuple[int, int, DeliveryWay]], now: datetime) -> int:
    cart = use.open_cart(session, token=None, user_id=None, now=now)
    for variant_id, quantity, way in goods:
        use.add_line(session, cart_id=cart.id, variant_id=variant_id, quantity=quantity, way=way, now=now)
    return cart.id


def pay_by_card(session: Session, made: TwoMakers, *, now: datetime, charge_id: str = "ch_1") -> None:
    """The card's money at the processor."""
    settle_payment(
        session,
        payment_id=made.payment_id,
        amount_won=30_000,
        asset_account=accounts.processor("stripe"),
        charge_id=charge_id,
        now=now,
    )


def deliver_and_confirm(session: Session, made: TwoMakers, vendor_a: int, vendor_b: int, *, now: datetime) -> None:
    """Both parts reach the shopper, who keeps them."""
    ship(
        session,
        vendor_order_id=made.part_a,
        vendor_id=vendor_a,
        courier="epost",
        tracking_number="1234567890123",
        actor_id=None,
        now=now,
    )
    hand_over(session, vendor_order_id=made.part_b, vendor_id=vendor_b, actor_id=None, now=now)
    for part in (made.part_a, made.part_b):
        confirm_purchase(session, vendor_order_id=part, order_id=made.order_id, now=now)
