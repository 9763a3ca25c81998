"""Placing: frozen copies, exact money, every unit held; a refusal leaves nothing behind."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.carts.models import Cart, DeliveryWay
from shop.catalog.models import ListingState, Product, Variant
from shop.kernel.db import db
from shop.orders.models import FulfilmentState, Order, OrderLine, OrderState, VendorOrder
from shop.orders.placing import AddressMissing, CartEmpty, CheckoutDetails, LinesGone, PriceChanged, place_order
from shop.people.models import Consent
from shop.stock.levels import OutOfStock
from shop.stock.models import Hold, StockLevel
from shop.vendors.models import AgreementState, CommissionAgreement, Vendor
from tests.counting import count_statements

DETAILS = CheckoutDetails(name="김하늘", phone="010-1234-5678", email="sky@example.com", postcode="55041",
                          address="전주시 완산구 풍남동 1", wants_news=False)


def place(session, cart, now, *, total=30000, discount=3000, details=DETAILS):
    return place_order(session, cart_id=cart, details=details, expected_total_won=total, discount_won=discount, now=now)


def counts(session):
    tables = (Order, VendorOrder, OrderLine, Hold, Consent)
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)


def test_the_two_makers_order_is_frozen_to_the_won(cart, makers, session, now):
    order = place(session, cart, now)
    assert (order.goods_won, order.parcel_won, order.discount_won, order.total_won) == (30000, 3000, 3000, 30000)
    parts = {part.vendor_id: part for part in session.scalars(select(VendorOrder))}
    assert (parts[makers.a].way, parts[makers.a].parcel_won, parts[makers.a].total_won) == (DeliveryWay.PARCEL, 3000, 24600)
    assert (parts[makers.b].way, parts[makers.b].parcel_won, parts[makers.b].total_won) == (DeliveryWay.PICKUP, 0, 5400)
    lines = {line.vendor_id: line for line in session.scalars(select(OrderLine))}
    a, b = lines[makers.a], lines[makers.b]
    money = ("list_won", "discount_won", "vat_won", "commission_won", "commission_vat_won", "net_won")
    assert [getattr(a, name) for name in money] == [24000, 2400, 2182, 2400, 240, 21360]
    assert [getattr(b, name) for name in money] == [6000, 600, 0, 600, 60, 5340]
    assert order.state == OrderState.AWAITING_PAYMENT
    assert {part.state for part in parts.values()} == {FulfilmentState.WAITING}


def test_an_order_has_a_number_for_the_telephone_and_a_long_token(cart, session, now):
    order = place(session, cart, now)
    assert order.number.startswith("J261118-")
    assert len(order.number) == 12
    assert len(order.token) == 43


def test_parcels_are_held_at_the_vendor_and_collected_goods_in_the_hall(cart, makers, session, now):
    place(session, cart, now)
    reserved = {level.variant_id: level.reserved for level in session.scalars(select(StockLevel).where(StockLevel.reserved > 0))}
    assert reserved == {makers.notebook: 2, makers.sprouts: 3}
    assert session.scalar(select(func.count()).select_from(Hold)) == 2


def test_the_seller_is_kept_as_it_was_at_the_sale(cart, makers, session, now):
    place(session, cart, now)
    before = session.scalar(select(VendorOrder).where(VendorOrder.vendor_id == makers.a)).seller
    session.get(Vendor, makers.a).representative = "다른 사람"
    session.flush()
    assert before["representative"] == "박만든"
    assert before["brn"] == session.get(Vendor, makers.a).brn


def test_the_agreement_in_force_at_the_instant_is_frozen(cart, makers, session, now):
    catch_all = session.scalar(select(CommissionAgreement))
    special = CommissionAgreement(rank=1, vendor_id=makers.a, bps=500, title="첫 해", valid_from=now,
                                  valid_to=now + timedelta(days=1), state=AgreementState.APPROVED)
    session.add(special)
    session.flush()
    place(session, cart, now)
    bps = {line.vendor_id: (line.agreement_id, line.commission_bps) for line in session.scalars(select(OrderLine))}
    assert bps == {makers.a: (special.id, 500), makers.b: (catch_all.id, 1000)}


def test_goods_of_one_vendor_sent_and_collected_are_two_parts(cart, makers, session, now):
    from shop.carts import use

    extra = select(Variant).where(Variant.id == makers.notebook)
    product_id = session.scalar(extra).product_id
    twin = Variant(product_id=product_id, sku="TWIN", label="큰 것", price_won=15000, position=1)
    session.add(twin)
    session.flush()
    hall = session.scalar(select(StockLevel.location_id).where(StockLevel.variant_id == makers.sprouts, StockLevel.on_hand == 20))
    session.add(StockLevel(variant_id=twin.id, location_id=hall, on_hand=1))
    use.add_line(session, cart_id=cart, variant_id=twin.id, way=DeliveryWay.PICKUP, now=now)
    place(session, cart, now, total=48000, discount=0)
    parts = session.scalars(select(VendorOrder).where(VendorOrder.vendor_id == makers.a).order_by(VendorOrder.id))
    assert [(part.way, part.parcel_won, part.total_won) for part in parts] == [
        (DeliveryWay.PARCEL, 3000, 27000), (DeliveryWay.PICKUP, 0, 15000)]


def test_consents_are_kept_apart_with_their_version(cart, session, now):
    order = place(session, cart, now)
    kept = {row.kind: row.given for row in session.scalars(select(Consent).where(Consent.order_number == order.number))}
    assert kept == {"terms": True, "news": False}


def test_placing_twice_is_one_order(cart, session, now):
    first = place(session, cart, now)
    before = counts(session)
    assert place(session, cart, now).id == first.id
    assert counts(session) == before


def test_another_total_than_the_one_agreed_to_is_refused(cart, makers, session, now):
    with pytest.raises(PriceChanged) as refusal:
        place(session, cart, now, total=29999)
    assert refusal.value.data == {"total_won": 30000, "expected_won": 29999}
    assert counts(session) == (0, 0, 0, 0, 0)
    assert session.get(Cart, cart).order_id is None


def test_a_price_that_rose_meanwhile_is_refused(cart, makers, session, now):
    session.get(Variant, makers.notebook).price_won = 13000
    session.flush()
    with pytest.raises(PriceChanged):
        place(session, cart, now)
    assert counts(session) == (0, 0, 0, 0, 0)


def test_goods_no_longer_sold_are_refused_by_name(cart, makers, session, now):
    product = session.get(Product, session.get(Variant, makers.notebook).product_id)
    product.state = ListingState.WITHDRAWN
    session.flush()
    with pytest.raises(LinesGone) as refusal:
        place(session, cart, now)
    assert refusal.value.data["names"] == product.name
    assert counts(session) == (0, 0, 0, 0, 0)


def test_too_few_units_are_refused_and_nothing_is_left_behind(cart, makers, unit, now):
    with unit() as session:
        level = session.scalar(select(StockLevel).where(StockLevel.variant_id == makers.sprouts, StockLevel.on_hand == 20))
        level.on_hand = 2
    with pytest.raises(OutOfStock), unit() as session:
        place(session, cart, now)
    with unit() as session:
        assert counts(session) == (0, 0, 0, 0, 0)
        assert session.get(Cart, cart).order_id is None


def test_a_parcel_without_an_address_is_refused(cart, session, now):
    with pytest.raises(AddressMissing):
        place(session, cart, now, details=CheckoutDetails(name="김하늘", phone="010-1234-5678"))
    assert counts(session) == (0, 0, 0, 0, 0)


def test_an_empty_cart_is_refused(session, now):
    from shop.carts import use

    cart = use.open_cart(session, token=None, user_id=None, now=now)
    with pytest.raises(CartEmpty):
        place(session, cart.id, now, total=0, discount=0)
    assert counts(session) == (0, 0, 0, 0, 0)


def test_placing_stays_within_its_statements(cart, session, now):
    with count_statements(db.engine) as statements:
        place(session, cart, now)
    assert len(statements) <= 22, "\n".join(statements)
