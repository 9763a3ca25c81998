"""Orders for the staff and at the counter: found by what can be said on the telephone, money given back within bounds."""

import re

import pytest
from sqlalchemy import select

from shop.ledger.queries import balance_of
from shop.orders.models import FulfilmentState, Order, OrderState, VendorOrder
from shop.payments.models import Refund, RefundState
from tests.fake_card import FakeCard
from tests.makers import facts, makers, order, pay, send_and_confirm  # noqa: F401


@pytest.fixture
def sold(makers, order, unit, now):  # noqa: F811
    with unit() as session:
        pay(session, order, now)
        send_and_confirm(session, makers, order, now)
    return order


@pytest.fixture
def accountant(client, cast, sign_in, app):
    app.extensions["card_provider"] = FakeCard()
    yield sign_in(cast.accountant)
    app.extensions.pop("card_provider")


@pytest.fixture
def cashier(client, cast, sign_in):
    return sign_in(cast.cashier)


def refund_form(page, line_id):
    token = re.search(r'name="token"[^>]*value="([0-9a-f]{16})"', page)[1]
    return {"token": token, "order_line_id": line_id, "quantity": "1", "reason": "마음이 바뀜"}


def refunds(unit):
    with unit() as session:
        return list(session.scalars(select(Refund)))


@pytest.mark.parametrize("said", ["{number}", "{lower}", "010-1234-5678", "01012345678", "김하늘"])
def test_index_finds_an_order_by_what_can_be_said(accountant, order, said):  # noqa: F811
    text = said.format(number=order.number, lower=order.number.lower().replace("-", ""))
    assert order.number in accountant.get("/staff/orders", query_string={"q": text}).text


def test_index_finds_nothing_by_half_a_name(accountant, order):  # noqa: F811
    assert order.number not in accountant.get("/staff/orders", query_string={"q": "하늘"}).text


def test_show_lists_parts_money_and_deeds(accountant, sold):
    page = accountant.get(f"/staff/orders/{sold.number}").text
    for words in ("한땀공방", "교동콩밭", "택배로 보냄", "30,000원"):
        assert words in page
    assert accountant.get("/staff/orders/J261118-ZZZZ").status_code == 404


def test_refund_gives_units_back_once(accountant, sold, unit):
    form = refund_form(accountant.get(f"/staff/orders/{sold.number}").text, sold.line_a)
    for _ in range(2):
        assert accountant.post(f"/staff/orders/{sold.number}/refund", data=form).status_code == 303
    assert [(row.amount_won, row.quantity) for row in refunds(unit)] == [(10800, 1)]


def test_refund_beyond_what_is_left_is_refused(accountant, sold, unit):
    form = refund_form(accountant.get(f"/staff/orders/{sold.number}").text, sold.line_a)
    answer = accountant.post(f"/staff/orders/{sold.number}/refund", data={**form, "quantity": "3"})
    assert answer.status_code == 409
    assert "2개까지입니다" in answer.text
    assert refunds(unit) == []


@pytest.mark.parametrize("change", [{"reason": ""}, {"quantity": "0"}, {"token": "x"}])
def test_refund_without_reason_or_sense_is_refused(accountant, sold, unit, change):
    form = refund_form(accountant.get(f"/staff/orders/{sold.number}").text, sold.line_a)
    assert accountant.post(f"/staff/orders/{sold.number}/refund", data={**form, **change}).status_code == 422
    assert refunds(unit) == []


def test_refund_of_another_orders_line_is_not_found(accountant, sold, unit):
    form = refund_form(accountant.get(f"/staff/orders/{sold.number}").text, 999)
    assert accountant.post(f"/staff/orders/{sold.number}/refund", data=form).status_code == 404
    assert refunds(unit) == []


def test_refund_is_not_the_cashiers(cashier, sold, unit):
    assert cashier.post(f"/staff/orders/{sold.number}/refund", data={"quantity": "1"}).status_code == 403
    assert refunds(unit) == []


def test_cancel_needs_a_reason_and_gives_the_money_back(accountant, order, unit, now):  # noqa: F811
    with unit() as session:
        pay(session, order, now)
    assert accountant.post(f"/staff/orders/{order.number}/cancel", data={"reason": ""}).status_code == 422
    assert refunds(unit) == []
    accountant.post(f"/staff/orders/{order.number}/cancel", data={"reason": "전화로 부탁하심"})
    assert sum(row.amount_won for row in refunds(unit)) == 30000
    assert "돌려드릴 돈이 없습니다" in accountant.get("/staff/orders/refunds").text


def test_refunds_lists_what_nobody_has_paid_yet(app, accountant, order, unit, now):  # noqa: F811
    with unit() as session:
        pay(session, order, now)
    app.extensions["card_provider"].down = True
    accountant.post(f"/staff/orders/{order.number}/cancel", data={"reason": "전화로 부탁하심"})
    page = accountant.get("/staff/orders/refunds").text
    assert page.count(f"/staff/orders/{order.number}") == 2
    assert "24,600" in page


def test_counter_finds_takes_and_hands_over(cashier, order, unit):  # noqa: F811
    assert cashier.get("/staff/counter", query_string={"q": order.number}).location == f"/staff/counter/{order.number}"
    page = cashier.get(f"/staff/counter/{order.number}").text
    assert "30,000원" in page
    assert "현금" in page
    for _ in range(2):
        assert cashier.post(f"/staff/counter/{order.number}/take", data={"tender": "cash"}).status_code == 303
    cashier.post(f"/staff/counter/{order.number}/hand-over/{order.part_b}")
    with unit() as session:
        assert session.get(Order, order.id).state == OrderState.PAID
        assert session.get(VendorOrder, order.part_b).state == FulfilmentState.HANDED_OVER
        assert balance_of(session, "assets:cash:drawer:1") == 30000


def test_counter_takes_no_nonsense(cashier, order, unit):  # noqa: F811
    with unit() as session:
        before = facts(session)
    assert cashier.post(f"/staff/counter/{order.number}/take", data={"tender": "buttons"}).status_code == 422
    assert cashier.post(f"/staff/counter/{order.number}/hand-over/{order.part_b}").status_code == 409
    assert cashier.post(f"/staff/counter/{order.number}/hand-over/999").status_code == 404
    with unit() as session:
        assert facts(session) == before


def test_counter_pays_back_in_cash(cashier, order, unit, now):  # noqa: F811
    cashier.post(f"/staff/counter/{order.number}/take", data={"tender": "cash"})
    cashier.post(f"/orders/{order.number}/{order.token}/cancel")
    page = cashier.get(f"/staff/counter/{order.number}").text
    assert "현금으로 돌려드렸습니다" in page
    for refund in refunds(unit):
        cashier.post(f"/staff/counter/{order.number}/pay-back/{refund.id}")
    assert {refund.state for refund in refunds(unit)} == {RefundState.SENT}
    with unit() as session:
        assert balance_of(session, "assets:cash:drawer:1") == 0
        assert balance_of(session, "liabilities:refunds_due") == 0


def test_counter_is_not_the_accountants(accountant, order):  # noqa: F811
    assert accountant.get("/staff/counter").status_code == 403
