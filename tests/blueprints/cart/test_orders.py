"""The order page under its secret link, its actions, and the look-up."""

import re

import pytest
from sqlalchemy import func, select

from shop.kernel import clock
from shop.ledger import accounts
from shop.messages.models import Message
from shop.orders import fulfilment
from shop.orders.models import FulfilmentState, Order, OrderState, VendorOrder
from shop.payments.models import Payment, Refund, RefundState
from shop.payments.settling import settle_payment
from shop.stock.models import StockLevel
from tests.makers import facts


@pytest.fixture
def placed(client, order, unit):
    """`placed(**changes)` orders and returns (path, ids)."""

    def go(**changes):
        path = order(**changes).location
        with unit() as session:
            row = session.scalars(select(Order)).one()
            parts = {part.way.value: part.id for part in session.scalars(select(VendorOrder))}
            return path, row.id, parts

    return go


def pay(unit, account="assets:bank:jb1"):
    with unit() as session:
        payment = session.scalars(select(Payment)).one()
        settle_payment(session, payment_id=payment.id, amount_won=payment.amount_won, asset_account=account, now=clock.now())


def read(unit, table):
    with unit() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def test_show_says_what_to_do_next_and_where_each_part_stands(client, placed, unit):
    path, _id, _parts = placed()
    page = client.get(path).text
    assert "이 계좌로 보내 주세요" in page
    pay(unit)
    page = client.get(path).text
    assert "결제 완료" in page
    assert "준비 중" in page
    assert "판매자 한땀공방" in page
    assert "이 돈이 간 길" in page


def test_show_with_another_token_is_as_if_there_were_no_order(client, placed):
    path, _id, _parts = placed()
    assert client.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    assert client.get("/orders/J261118-AAAA/" + path.rsplit("/", 1)[1]).status_code == 404


def test_receipt_is_there_once_paid(client, placed, unit):
    path, _id, _parts = placed()
    assert client.get(f"{path}/receipt").status_code == 404
    pay(unit)
    page = client.get(f"{path}/receipt").text
    assert "면세" in page
    assert "2,182" in page


def test_confirm_books_the_sale_once(client, placed, unit, full_cart):
    path, _id, parts = placed()
    pay(unit)
    with unit() as session:
        fulfilment.ship(session, vendor_order_id=parts["parcel"], vendor_id=full_cart.a, courier="cj",
                        tracking_number="1234-5678-9012", actor_id=None, now=clock.now())
    page = client.get(path).text
    assert "123456789012" in page
    assert "trace.cjlogistics.com" in page
    for _ in range(2):
        assert client.post(f"{path}/confirm/{parts['parcel']}").status_code == 303
    with unit() as session:
        assert session.get(VendorOrder, parts["parcel"]).confirmed_by == "shopper"
        assert facts(session)[-1].count(f"confirm:{parts['parcel']}") == 1


def test_confirm_before_it_was_sent_is_refused(client, placed, unit):
    path, _id, parts = placed()
    pay(unit)
    with unit() as session:
        before = facts(session)
    assert client.post(f"{path}/confirm/{parts['parcel']}").status_code == 409
    with unit() as session:
        assert facts(session) == before


def test_confirm_of_another_orders_part_is_not_found(app, client, placed, order, unit, makers):
    path, _id, _parts = placed()
    other = app.test_client()
    other.post("/cart/lines", data={"variant_id": makers.sprouts, "quantity": 1, "way": "pickup"})
    order(on=other, postcode=None, address=None)
    foreign = read(unit, VendorOrder)[-1].id
    assert client.post(f"{path}/confirm/{foreign}").status_code == 404
    assert client.post(f"{path}/cancel/{foreign}").status_code == 404


def test_cancel_before_payment_frees_the_goods(client, placed, unit):
    path, order_id, _parts = placed()
    assert client.post(f"{path}/cancel").status_code == 303
    with unit() as session:
        assert session.get(Order, order_id).state == OrderState.CANCELED
        assert session.scalar(select(func.sum(StockLevel.reserved))) == 0
        assert session.scalar(select(func.count()).select_from(Refund)) == 0


def test_cancel_after_payment_owes_the_money_back(client, placed, unit):
    path, order_id, _parts = placed()
    pay(unit)
    client.post(f"{path}/cancel")
    with unit() as session:
        assert session.get(Order, order_id).state == OrderState.CANCELED
        refunds = list(session.scalars(select(Refund)))
        assert [(refund.amount_won, refund.state) for refund in refunds] == [(27000, RefundState.DUE), (6000, RefundState.DUE)]
        from shop.ledger.queries import balance_of
        assert balance_of(session, accounts.REFUNDS_DUE) == -33000
        assert balance_of(session, accounts.ORDERS_IN_PROGRESS) == 0


def test_cancel_of_one_makers_part_leaves_the_other(client, placed, unit):
    path, order_id, parts = placed()
    pay(unit)
    client.post(f"{path}/cancel/{parts['pickup']}")
    with unit() as session:
        assert session.get(Order, order_id).state == OrderState.PAID
        assert session.get(VendorOrder, parts["parcel"]).state == FulfilmentState.PREPARING
        assert session.scalars(select(Refund)).one().amount_won == 6000


def test_cancel_once_a_part_has_left_is_refused(client, placed, unit, full_cart):
    path, _id, parts = placed()
    pay(unit)
    with unit() as session:
        fulfilment.ship(session, vendor_order_id=parts["parcel"], vendor_id=full_cart.a, courier="own", tracking_number="",
                        actor_id=None, now=clock.now())
    with unit() as session:
        before = facts(session)
    assert "주문을 모두 취소하기" not in client.get(path).text
    assert client.post(f"{path}/cancel").status_code == 409
    with unit() as session:
        assert facts(session) == before


def test_cancel_of_a_card_order_sends_the_money_back_at_once(client, placed, unit, card):
    placed(method="card")
    card.pay("cs_1")
    client.get("/pay/return?session_id=cs_1")
    with unit() as session:
        row = session.scalars(select(Order)).one()
    client.post(f"/orders/{row.number}/{row.token}/cancel")
    assert [(refund.state, refund.provider_id) for refund in read(unit, Refund)] == [
        (RefundState.SENT, "re_1"), (RefundState.SENT, "re_2")]
    with unit() as session:
        from shop.ledger.queries import balance_of
        assert balance_of(session, "assets:processor:stripe") == 0


def test_cancel_of_an_open_card_order_closes_its_page(client, placed, unit, card):
    placed(method="card")
    with unit() as session:
        row = session.scalars(select(Order)).one()
    client.post(f"/orders/{row.number}/{row.token}/cancel")
    assert card.pages["cs_1"].expired
    assert read(unit, Order)[0].state == OrderState.CANCELED


def without_token(page: str) -> str:
    """A page without its form token, which carries the second it was signed in."""
    return re.sub(r'name="csrf_token"[^>]*', "", page)


def test_find_answers_a_hit_and_a_miss_alike_and_sends_the_link(client, placed, unit):
    placed()
    number = read(unit, Order)[0].number
    hit = client.post("/orders/find", data={"number": number.lower(), "phone": "010 1234 5678"})
    wrong_phone = client.post("/orders/find", data={"number": number, "phone": "010-9999-9999"})
    no_order = client.post("/orders/find", data={"number": "J261118-ZZZZ", "phone": "010-1234-5678"})
    assert without_token(hit.text) == without_token(wrong_phone.text) == without_token(no_order.text)
    assert {hit.status_code, wrong_phone.status_code, no_order.status_code} == {200}
    with unit() as session:
        links = list(session.scalars(select(Message).where(Message.template == "order_link")))
        assert [message.recipient for message in links] == ["sky@example.com"]


def test_find_opens_the_page_where_no_mail_address_was_given(client, placed, unit):
    path, _id, _parts = placed(email="")
    number = read(unit, Order)[0].number
    assert client.post("/orders/find", data={"number": number, "phone": "01012345678"}).location == path


def test_find_is_limited(client, placed, unit):
    guess = {"number": "J261118-ZZZZ", "phone": "010-1234-5678"}
    answers = [client.post("/orders/find", data=guess).status_code for _ in range(12)]
    assert answers[-1] == 429
