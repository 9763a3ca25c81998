"""Coming back from the processor, and choosing another way."""

from sqlalchemy import select

from shop.orders.models import Order, OrderState
from shop.payments.models import Payment, PaymentMethod, PaymentState
from tests.makers import facts


def only(unit, table):
    with unit() as session:
        return session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()


def test_land_asks_the_processor_and_shows_the_paid_order(client, order, card, unit):
    order(method="card")
    card.pay("cs_1")
    answer = client.get("/pay/return?session_id=cs_1")
    made = only(unit, Order)
    assert answer.location == f"/orders/{made.number}/{made.token}"
    assert made.state == OrderState.PAID


def test_land_believes_nothing_that_the_browser_says(client, order, card, unit):
    order(method="card")
    with unit() as session:
        before = facts(session)
    client.get("/pay/return?session_id=cs_1&paid=1&status=complete")
    with unit() as session:
        assert facts(session) == before
    assert client.get("/pay/return?session_id=cs_9").status_code == 404
    assert client.get("/pay/return").status_code == 404


def test_land_while_the_processor_is_down_says_to_wait(client, order, card, unit):
    order(method="card")
    card.pay("cs_1")
    card.down = True
    answer = client.get("/pay/return?session_id=cs_1")
    assert "다시 결제하지 않으셔도 됩니다" in client.get(answer.location).text
    card.down = False
    client.get("/pay/return?session_id=cs_1")
    assert only(unit, Order).state == OrderState.PAID


def test_create_by_another_way_closes_the_card_page(client, order, card, unit):
    order(method="card")
    made = only(unit, Order)
    answer = client.post(f"/pay/{made.number}/{made.token}", data={"method": "bank_transfer"})
    assert card.pages["cs_1"].expired
    assert "이 계좌로 보내 주세요" in client.get(answer.location).text
    payment = only(unit, Payment)
    assert (payment.method, payment.state, payment.payer_name) == (PaymentMethod.BANK_TRANSFER, PaymentState.PENDING, "김하늘")


def test_create_by_another_way_after_all_paid_shows_the_paid_order(client, order, card, unit):
    order(method="card")
    card.pay("cs_1")
    made = only(unit, Order)
    client.post(f"/pay/{made.number}/{made.token}", data={"method": "bank_transfer"})
    assert only(unit, Order).state == OrderState.PAID
    assert only(unit, Payment).method == PaymentMethod.CARD


def test_create_with_nonsense_asks_again(client, order, unit):
    order()
    made = only(unit, Order)
    answer = client.post(f"/pay/{made.number}/{made.token}", data={"method": "old_till"})
    assert answer.location == f"/pay/{made.number}/{made.token}"
    assert client.post(f"/pay/{made.number}/nonsense", data={"method": "card"}).status_code == 404


def test_new_offers_every_way_until_it_is_paid(client, order, card, unit):
    order(method="card")
    made = only(unit, Order)
    page = client.get(f"/pay/{made.number}/{made.token}").text
    assert page.count("<form method=\"post\" action=\"/pay/") == 3
    card.pay("cs_1")
    client.get("/pay/return?session_id=cs_1")
    assert client.get(f"/pay/{made.number}/{made.token}").status_code == 303
