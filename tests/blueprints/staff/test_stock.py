"""The hall's stock over HTTP."""

import pytest
from sqlalchemy import select

from shop.stock import queries
from shop.stock.models import MovementKind, StockLevel, StockMovement
from tests import factories
from tests.blueprints.counting import count_queries

TOKEN = "0123456789abcdef"


@pytest.fixture
def goods(unit, cast, sign_in):
    """A variant with 10 on its vendor's shelf and 5 in the hall; the merchandiser is signed in."""
    with unit() as session:
        variant = factories.variants_of(session, factories.make_product(session, session.get(factories.Vendor, cast.vendor)))[0]
        ids = (variant.id, variant.sku, queries.get_shelf_ids(session, [cast.vendor])[cast.vendor], queries.get_hall_id(session))
    sign_in(cast.merchandiser)
    return ids


def levels(unit, goods):
    with unit() as session:
        rows = dict(
            session.execute(select(StockLevel.location_id, StockLevel.on_hand).where(StockLevel.variant_id == goods[0])).all()
        )
    return rows[goods[2]], rows[goods[3]]


@pytest.mark.parametrize(("source", "after"), [("shelf", (6, 9)), ("new", (10, 9)), ("back", (14, 1))])
def test_receive_moves_counted_goods_once(client, goods, unit, source, after):
    for _again in range(2):
        assert (
            client.post(
                "/staff/stock/receive", data={"token": TOKEN, "sku": goods[1], "source": source, "quantity": "4"}
            ).status_code
            == 303
        )
    assert levels(unit, goods) == after


def test_receive_refuses_an_unknown_number_and_keeps_what_was_typed(client, goods, unit):
    page = client.post("/staff/stock/receive", data={"token": TOKEN, "sku": "없는-번호", "source": "shelf", "quantity": "4"})
    assert page.status_code == 422
    assert "이 번호의 물건이 없습니다" in page.text
    assert "없는-번호" in page.text


def test_receive_refuses_more_than_lies_on_the_shelf(client, goods, unit):
    page = client.post("/staff/stock/receive", data={"token": TOKEN, "sku": goods[1], "source": "shelf", "quantity": "11"})
    assert page.status_code == 409
    assert "10개까지" in page.text
    assert levels(unit, goods) == (10, 5)


def test_correct_writes_a_loss_with_its_reason(client, goods, unit):
    data = {"token": TOKEN, "kind": "loss", "counted": "3", "reason": "떨어뜨려 깨짐"}
    assert client.post(f"/staff/stock/{goods[0]}/correct", data={**data, "reason": ""}).status_code == 422
    assert client.post(f"/staff/stock/{goods[0]}/correct", data=data).status_code == 303
    assert levels(unit, goods) == (10, 3)
    with unit() as session:
        row = session.scalars(select(StockMovement)).one()
    assert (row.kind, row.quantity) == (MovementKind.LOSS, -2)
    assert "떨어뜨려 깨짐" in client.get("/staff/stock/movements").text


def test_index_asks_the_database_as_often_for_many_as_for_one(app, client, goods, cast, unit):
    few = count_queries(app, lambda: client.get("/staff/stock"))
    with unit() as session:
        for number in range(60):
            factories.make_product(session, session.get(factories.Vendor, cast.rival), f"물건 {number}")
    assert count_queries(app, lambda: client.get("/staff/stock")) == few


@pytest.mark.parametrize("role", ["cashier", "accountant", "auditor", "vendor_owner"])
def test_only_merchandisers_and_managers_keep_the_hall(client, goods, cast, sign_in, unit, role):
    sign_in(getattr(cast, role))
    assert client.get("/staff/stock").status_code == 403
    assert client.post("/staff/stock/receive", data={}).status_code == 403
