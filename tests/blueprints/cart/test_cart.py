"""The cart's pages: they work by plain forms, tell what changed and never lose a line."""

import pytest
from sqlalchemy import select

from shop.carts.models import Cart, CartLine
from shop.catalog.models import ListingState, Product, Variant
from shop.kernel.db import db
from shop.stock.models import StockLevel
from tests.counting import count_statements


@pytest.fixture
def add(client, makers):
    def put(variant_id=None, **form):
        return client.post("/cart/lines", data={"variant_id": variant_id or makers.notebook, "quantity": 1, **form})

    return put


def lines(unit):
    with unit() as session:
        return [(line.id, line.variant_id, line.quantity, line.way.value) for line in session.scalars(select(CartLine))]


def test_show_an_empty_cart_offers_the_next_step(client):
    page = client.get("/cart")
    assert page.status_code == 200
    assert "장바구니가 비어 있습니다" in page.text


def test_add_puts_units_in_and_goes_to_the_cart(client, makers, add, unit):
    answer = add(quantity=2, way="pickup")
    assert (answer.status_code, answer.location) == (303, "/cart")
    assert [line[1:] for line in lines(unit)] == [(makers.notebook, 2, "pickup")]
    assert client.get_cookie("cart_count").value == "2"
    assert client.get_cookie("cart").http_only
    page = client.get("/cart").text
    assert "전주한지 수제노트" in page
    assert "24,000원" in page


def test_add_of_nothing_on_sale_says_so_and_changes_nothing(client, add, unit):
    answer = add(variant_id=999)
    assert answer.status_code == 303
    assert lines(unit) == []
    assert "지금은 팔지 않는 물건입니다" in client.get("/cart").text


def test_change_sets_quantity_and_way(client, add, unit):
    add()
    line_id = lines(unit)[0][0]
    client.post(f"/cart/lines/{line_id}", data={"quantity": "4", "way": "pickup"})
    assert [line[2:] for line in lines(unit)] == [(4, "pickup")]
    assert client.get_cookie("cart_count").value == "4"


def test_change_of_nonsense_is_told_and_changes_nothing(client, add, unit):
    add()
    line_id = lines(unit)[0][0]
    before = lines(unit)
    for quantity in ("0", "100", "x", ""):
        client.post(f"/cart/lines/{line_id}", data={"quantity": quantity})
    assert lines(unit) == before


def test_change_takes_a_line_out(client, add, unit):
    add()
    client.post(f"/cart/lines/{lines(unit)[0][0]}", data={"remove": "1"})
    assert lines(unit) == []
    assert client.get_cookie("cart_count").value == "0"


def test_change_of_another_browsers_line_is_refused(app, client, add, unit):
    add()
    stranger = app.test_client()
    stranger.post("/cart/lines", data={"variant_id": lines(unit)[0][1], "quantity": 1})
    stranger.post(f"/cart/lines/{lines(unit)[0][0]}", data={"quantity": "9"})
    stranger.post(f"/cart/lines/{lines(unit)[0][0]}", data={"remove": "1"})
    assert lines(unit)[0][2] == 1


def test_show_tells_changed_prices_shortage_and_what_is_missing_for_a_free_parcel(client, add, unit, makers):
    add(quantity=3)
    with unit() as session:
        session.get(Variant, makers.notebook).price_won = 13000
        from shop.vendors.models import Vendor
        session.get(Vendor, makers.a).free_parcel_from_won = 50000
        session.scalar(select(StockLevel).where(StockLevel.variant_id == makers.notebook, StockLevel.on_hand == 10)).on_hand = 2
    page = client.get("/cart").text
    assert "담을 때 12,000원, 지금 13,000원" in page
    assert "2개 남음" in page
    assert "11,000원 더 담으면 무료배송" in page
    assert "주문하러 가기" not in page


def test_show_keeps_goods_that_are_not_sold_any_more(client, add, unit, makers):
    add()
    with unit() as session:
        session.get(Product, session.get(Variant, makers.notebook).product_id).state = ListingState.WITHDRAWN
    page = client.get("/cart").text
    assert "지금은 팔지 않습니다" in page
    assert len(lines(unit)) == 1


def test_signing_in_brings_the_cart_along(app, client, add, unit, cast, sign_in, makers):
    add(quantity=2)
    token = client.get_cookie("cart").value
    sign_in(cast.shopper)
    answer = client.get("/cart")
    assert answer.status_code == 303
    assert client.get("/cart").status_code == 200
    with unit() as session:
        assert session.scalar(select(Cart.user_id).where(Cart.token == token)) == cast.shopper
    elsewhere = sign_in(cast.shopper, on=app.test_client())
    elsewhere.post("/cart/lines", data={"variant_id": makers.sprouts, "quantity": 1, "way": "pickup"})
    elsewhere.get("/cart")
    elsewhere.get("/cart")
    assert {line[1]: line[2] for line in lines(unit)} == {makers.notebook: 2, makers.sprouts: 1}


def test_show_costs_the_same_whatever_it_holds(app, client, add, makers):
    add()
    with app.app_context():
        engine = db.engine
    with count_statements(engine) as one:
        client.get("/cart")
    add(variant_id=makers.sprouts, way="pickup")
    with count_statements(engine) as two:
        client.get("/cart")
    assert len(one) == len(two) <= 6
