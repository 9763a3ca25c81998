"""A vendor's stock over HTTP."""

import pytest
from sqlalchemy import func, select

from shop.stock import holds, queries
from shop.stock.holds import Want
from shop.stock.models import StockLevel, StockMovement
from tests import factories
from tests.blueprints.counting import count_queries

TOKEN = "0123456789abcdef"


@pytest.fixture
def shelf(unit, cast, sign_in):
    """Own variant (10 on the shelf, 5 in the hall), the rival's variant, the own shelf."""
    with unit() as session:
        mine = factories.make_product(session, session.get(factories.Vendor, cast.vendor), "수제노트")
        foreign = factories.make_product(session, session.get(factories.Vendor, cast.rival), "두부")
        ids = (
            factories.variants_of(session, mine)[0].id,
            factories.variants_of(session, foreign)[0].id,
            queries.get_shelf_ids(session, [cast.vendor])[cast.vendor],
        )
    sign_in(cast.vendor_owner)
    return ids


def on_hand(unit, variant_id, location_id):
    with unit() as session:
        return session.scalar(
            select(StockLevel.on_hand).where(StockLevel.variant_id == variant_id, StockLevel.location_id == location_id)
        )


def test_index_shows_the_own_shelf_and_the_hall(client, shelf):
    page = client.get("/vendor/stock").text
    assert "수제노트" in page
    assert "두부" not in page
    assert "수제노트" not in client.get("/vendor/stock?q=부채").text


def test_lists_ask_the_database_as_often_for_sixty_rows_as_for_one(app, client, shelf, cast, unit, now):
    paths = ("/vendor/stock", "/vendor/stock/movements")
    few = [count_queries(app, lambda path=path: client.get(path)) for path in paths]
    with unit() as session:
        for number in range(60):
            factories.make_product(session, session.get(factories.Vendor, cast.vendor), f"물건 {number}")
            session.add(
                StockMovement(
                    at=now, variant_id=shelf[0], location_id=shelf[2], kind="receipt", quantity=1, reference=f"x{number}"
                )
            )
    assert [count_queries(app, lambda path=path: client.get(path)) for path in paths] == few
    assert "after=" in client.get(paths[0]).text
    assert "before=" in client.get(paths[1]).text


def test_receive_lays_units_on_the_own_shelf_once_however_often_it_is_sent(client, shelf, unit):
    for _again in range(2):
        assert client.post(f"/vendor/stock/{shelf[0]}/receive", data={"token": TOKEN, "quantity": "1,000"}).status_code == 303
    assert on_hand(unit, shelf[0], shelf[2]) == 1010


@pytest.mark.parametrize(
    "data",
    [
        {"token": TOKEN, "quantity": "0"},
        {"token": TOKEN, "quantity": "많이"},
        {"token": "x", "quantity": "5"},
        {"quantity": "5"},
        {"token": TOKEN, "quantity": ""},
    ],
)
def test_receive_refuses_what_cannot_be_meant(client, shelf, unit, data):
    assert client.post(f"/vendor/stock/{shelf[0]}/receive", data=data).status_code == 422
    assert on_hand(unit, shelf[0], shelf[2]) == 10


def test_correct_sets_the_counted_number_and_needs_a_reason(client, shelf, unit):
    assert client.post(f"/vendor/stock/{shelf[0]}/correct", data={"token": TOKEN, "counted": "7"}).status_code == 422
    assert (
        client.post(f"/vendor/stock/{shelf[0]}/correct", data={"token": TOKEN, "counted": "7", "reason": "깨짐"}).status_code
        == 303
    )
    assert on_hand(unit, shelf[0], shelf[2]) == 7


def test_correct_below_what_is_ordered_is_refused_with_the_number(client, shelf, unit, now):
    with unit() as session:
        holds.take_holds(session, order_id=1, wants=[Want(1, shelf[0], shelf[2], 8)], now=now)
    page = client.post(f"/vendor/stock/{shelf[0]}/correct", data={"token": TOKEN, "counted": "3", "reason": "깨짐"})
    assert page.status_code == 409
    assert "2개까지" in page.text
    assert on_hand(unit, shelf[0], shelf[2]) == 10


def test_a_rivals_stock_is_not_found(client, shelf, unit):
    assert client.get(f"/vendor/stock/{shelf[1]}").status_code == 404
    for verb, data in (("receive", {"quantity": "5"}), ("correct", {"counted": "5", "reason": "x"})):
        assert client.post(f"/vendor/stock/{shelf[1]}/{verb}", data={"token": TOKEN, **data}).status_code == 404
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(StockMovement)) == 0


def test_movements_show_only_the_own_goods(client, shelf, unit, now):
    client.post(f"/vendor/stock/{shelf[0]}/receive", data={"token": TOKEN, "quantity": "5", "reason": "새로 묶음"})
    with unit() as session:
        session.add(
            StockMovement(
                at=now, variant_id=shelf[1], location_id=shelf[2], kind="receipt", quantity=1, reference="y", reason="두부 상자"
            )
        )
    page = client.get("/vendor/stock/movements").text
    assert "새로 묶음" in page
    assert "두부 상자" not in page
