"""Carts: what goes in stays in, prices and stock are told, refusals change nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.carts import queries, use
from shop.carts.models import Cart, CartLine, DeliveryWay
from shop.carts.rules import QuantityRefused, WayRefused
from shop.catalog.models import ListingState, Product, Variant
from shop.vendors.models import Vendor, VendorState
from tests import factories

pytestmark = pytest.mark.usefixtures("cast")  # before the session, which holds the write lock


@pytest.fixture
def goods(session, cast):
    vendor = session.get(Vendor, cast.vendor)
    product = factories.make_product(session, vendor, price=12000, shelf=10, hall=5)
    return factories.variants_of(session, product)[0]


@pytest.fixture
def cart(session, now):
    return use.open_cart(session, token=None, user_id=None, now=now)


def lines_of(session, cart):
    return list(session.scalars(select(CartLine).where(CartLine.cart_id == cart.id).order_by(CartLine.id)))


def test_a_new_browser_gets_a_cart_with_a_secret_token(session, now):
    cart = use.open_cart(session, token=None, user_id=None, now=now)
    assert len(cart.token) == 43
    assert use.open_cart(session, token=cart.token, user_id=None, now=now).id == cart.id


def test_an_ordered_cart_is_followed_by_a_new_one(session, cart, now):
    cart.order_id = 7
    session.flush()
    assert use.open_cart(session, token=cart.token, user_id=None, now=now).id != cart.id


def test_adding_puts_units_in_with_the_price_that_was_seen(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, quantity=2, now=now)
    assert (line.quantity, line.way, line.price_seen_won) == (2, DeliveryWay.PARCEL, 12000)
    assert queries.count_units(session, cart.id) == 2


def test_adding_again_adds_to_the_same_line_up_to_99(session, cart, goods, now):
    for quantity in (2, 60, 60):
        use.add_line(session, cart_id=cart.id, variant_id=goods.id, quantity=quantity, now=now)
    assert [line.quantity for line in lines_of(session, cart)] == [99]


def test_goods_that_are_only_collected_are_collected(session, cart, goods, now):
    session.get(Product, goods.product_id).by_parcel = False
    assert use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now).way == DeliveryWay.PICKUP


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_a_quantity_out_of_bounds_is_refused(session, cart, goods, now, quantity):
    with pytest.raises(QuantityRefused):
        use.add_line(session, cart_id=cart.id, variant_id=goods.id, quantity=quantity, now=now)
    assert lines_of(session, cart) == []


def test_goods_that_are_not_on_sale_are_refused(session, cart, goods, now):
    session.get(Product, goods.product_id).state = ListingState.WITHDRAWN
    with pytest.raises(use.GoodsGone):
        use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    assert lines_of(session, cart) == []


def test_a_way_the_goods_do_not_travel_is_refused(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    session.get(Product, goods.product_id).by_pickup = False
    with pytest.raises(WayRefused):
        use.set_way(session, cart_id=cart.id, line_id=line.id, way=DeliveryWay.PICKUP, now=now)
    assert line.way == DeliveryWay.PARCEL


def test_quantity_and_way_can_be_changed(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    use.set_quantity(session, cart_id=cart.id, line_id=line.id, quantity=4, now=now)
    use.set_way(session, cart_id=cart.id, line_id=line.id, way=DeliveryWay.PICKUP, now=now)
    assert (line.quantity, line.way) == (4, DeliveryWay.PICKUP)


def test_another_carts_line_cannot_be_touched(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    other = use.open_cart(session, token=None, user_id=None, now=now)
    with pytest.raises(use.CartGone):
        use.set_quantity(session, cart_id=other.id, line_id=line.id, quantity=4, now=now)
    use.remove_line(session, cart_id=other.id, line_id=line.id, now=now)
    assert [row.quantity for row in lines_of(session, cart)] == [1]


def test_removing_takes_the_line_out_and_twice_is_no_error(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    for _ in range(2):
        use.remove_line(session, cart_id=cart.id, line_id=line.id, now=now)
    assert lines_of(session, cart) == []


def test_an_ordered_cart_takes_nothing_more(session, cart, goods, now):
    cart.order_id = 7
    session.flush()
    with pytest.raises(use.CartOrdered):
        use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    assert lines_of(session, cart) == []


def test_the_basket_tells_a_changed_price_until_the_line_is_touched(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    session.get(Variant, goods.id).price_won = 13000
    session.flush()
    basket = queries.load_basket(session, cart.id)
    assert basket.items[0].price_changed
    assert basket.priced.goods_won == 13000
    use.set_quantity(session, cart_id=cart.id, line_id=line.id, quantity=1, now=now)
    assert not queries.load_basket(session, cart.id).items[0].price_changed


def test_the_basket_tells_a_shortage_by_the_way_the_goods_travel(session, cart, goods, now):
    line = use.add_line(session, cart_id=cart.id, variant_id=goods.id, quantity=6, now=now)
    assert queries.load_basket(session, cart.id).can_be_ordered
    use.set_way(session, cart_id=cart.id, line_id=line.id, way=DeliveryWay.PICKUP, now=now)
    basket = queries.load_basket(session, cart.id)
    assert (basket.items[0].is_short, basket.items[0].available) == (True, 5)
    assert not basket.can_be_ordered


def test_goods_no_longer_sold_stay_in_the_cart_and_cost_nothing(session, cart, goods, now, cast):
    use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    session.get(Vendor, cast.vendor).state = VendorState.SUSPENDED
    session.flush()
    basket = queries.load_basket(session, cart.id)
    assert len(basket.items) == 1
    assert basket.priced.total_won == 0
    assert not basket.can_be_ordered


def test_signing_in_joins_two_carts_by_the_larger_quantity_and_loses_no_line(session, goods, cast, now):
    other = factories.make_product(session, session.get(Vendor, cast.rival), price=2000)
    other_id = factories.variants_of(session, other)[0].id
    old = use.claim_cart(session, token=None, user_id=cast.shopper, now=now)
    use.add_line(session, cart_id=old.id, variant_id=goods.id, quantity=3, now=now)
    brought = use.open_cart(session, token=None, user_id=None, now=now)
    use.add_line(session, cart_id=brought.id, variant_id=goods.id, quantity=2, now=now)
    use.add_line(session, cart_id=brought.id, variant_id=other_id, quantity=1, now=now)
    for _ in range(2):
        joined = use.claim_cart(session, token=brought.token, user_id=cast.shopper, now=now + timedelta(minutes=1))
    assert joined.id == old.id
    assert {line.variant_id: line.quantity for line in lines_of(session, joined)} == {goods.id: 3, other_id: 1}


def test_signing_in_keeps_the_browsers_cart_where_there_is_no_older_one(session, cart, goods, cast, now):
    use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    assert use.claim_cart(session, token=cart.token, user_id=cast.shopper, now=now).id == cart.id


def test_somebody_elses_cart_is_not_claimed(session, cart, goods, cast, now):
    use.add_line(session, cart_id=cart.id, variant_id=goods.id, now=now)
    cart.user_id = cast.other_shopper
    session.flush()
    mine = use.claim_cart(session, token=cart.token, user_id=cast.shopper, now=now)
    assert mine.id != cart.id
    assert session.scalar(select(func.count()).select_from(Cart)) == 2
