"""The checkout page: guests first, total in sight, everything typed is kept, the order made once."""

import re

from sqlalchemy import func, select

from shop.carts.models import Cart
from shop.catalog.models import Variant
from shop.kernel.db import db
from shop.messages.models import Message
from shop.orders.models import Order, OrderState, VendorOrder
from shop.payments.models import Payment, PaymentMethod
from shop.people.models import Consent
from shop.stock.models import Hold, StockLevel
from tests.counting import count_statements


def only_order(unit):
    with unit() as session:
        return session.scalars(select(Order)).one()


def nothing_was_ordered(unit):
    with unit() as session:
        return not any(session.scalar(select(func.count()).select_from(t)) for t in (Order, VendorOrder, Payment, Hold, Consent))


def test_new_shows_total_sellers_and_the_notice_before_the_button(client, full_cart):
    page = client.get("/checkout").text
    assert "33,000원 주문하기" in page
    assert "모두 33,000원입니다" in page
    assert "통신판매중개자이며 이 거래의 당사자가 아닙니다" in page
    assert page.count("사업자등록번호") >= 2
    assert "제15조 제1항 제4호" in page


def test_new_asks_a_guest_at_most_ten_things_and_ticks_nothing(client, full_cart):
    page = client.get("/checkout").text
    form = page[page.index('id="checkout"'):page.index("</form>", page.index('id="checkout"'))]
    names = set(re.findall(r'<(?:input|textarea|select)[^>]*name="([a-z_]+)"', form))
    assert len(names - {"csrf_token", "cart", "expected_total"}) <= 10
    assert not re.search(r"<input[^>]*\bchecked\b", form)


def test_new_asks_no_address_where_everything_is_collected(client, makers):
    client.post("/cart/lines", data={"variant_id": makers.sprouts, "quantity": 1, "way": "pickup"})
    page = client.get("/checkout").text
    assert 'name="postcode"' not in page
    assert 'name="name"' in page


def test_new_without_a_cart_goes_to_the_cart(client):
    assert client.get("/checkout").location == "/cart"


def test_create_by_bank_transfer_orders_and_shows_the_account(client, order, unit):
    answer = order(payer_name="김바다")
    made = only_order(unit)
    assert (answer.status_code, answer.location) == (303, f"/orders/{made.number}/{made.token}")
    assert made.total_won == 33000
    page = client.get(answer.location).text
    for words in ("999-01-0000001", "김바다", "33,000원", "2026.11.21" if "2026.11.21" in page else "26.11.21 23:59"):
        assert words in page
    assert client.get_cookie("cart") is None
    with unit() as session:
        message = session.scalars(select(Message)).one()
        assert (message.template, message.context["bank"]["payer_name"]) == ("order_placed", "김바다")


def test_create_by_pay_at_hall_says_when_and_where(client, order, unit):
    answer = order(method="pay_at_hall", email="")
    page = client.get(answer.location).text
    assert "판매장에서 내 주세요" in page
    assert "26.11.21 18:00" in page
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_create_twice_with_the_same_form_is_one_order(client, order, unit):
    page = client.get("/checkout").text
    token = re.search(r'name="cart"[^>]*value="([^"]*)"', page)[1]
    first = order()
    second = client.post("/checkout", data={"cart": token, "method": "bank_transfer"})
    assert second.location == first.location
    assert only_order(unit)


def test_create_keeps_what_was_typed_when_a_field_is_wrong(client, order, unit):
    answer = order(phone="12", address="", name="아주 긴 이름")
    assert answer.status_code == 422
    assert "아주 긴 이름" in answer.text
    assert "전화번호가 아닙니다" in answer.text
    assert nothing_was_ordered(unit)


def test_create_needs_a_way_to_pay(order, unit):
    assert order(method=None).status_code == 422
    assert nothing_was_ordered(unit)


def test_create_when_a_price_rose_shows_the_new_total_and_keeps_the_rest(client, order, unit, full_cart):
    page = client.get("/checkout").text
    total = re.search(r'name="expected_total"[^>]*value="([^"]*)"', page)[1]
    with unit() as session:
        session.get(Variant, full_cart.notebook).price_won = 13000
    answer = order(expected_total=total)
    assert answer.status_code == 409
    assert "35,000원 주문하기" in answer.text
    assert "김하늘" in answer.text
    assert nothing_was_ordered(unit)
    again = re.search(r'name="expected_total"[^>]*value="([^"]*)"', answer.text)[1]
    assert order(expected_total=again).status_code == 303


def test_create_when_somebody_was_faster_says_so_and_keeps_the_cart(client, order, unit, full_cart):
    page = client.get("/checkout").text
    hidden = dict(re.findall(r'name="(cart|expected_total)"[^>]*value="([^"]*)"', page))
    with unit() as session:
        session.scalar(select(StockLevel).where(StockLevel.variant_id == full_cart.sprouts, StockLevel.on_hand == 20)).on_hand = 1
    from tests.blueprints.cart.conftest import FORM
    answer = client.post("/checkout", data={**hidden, **FORM})
    assert answer.status_code == 409
    assert "남은 수가 모자랍니다" in answer.text
    assert nothing_was_ordered(unit)
    with unit() as session:
        assert session.scalars(select(Cart)).one().order_id is None


def test_create_keeps_an_unticked_consent_unticked(order, unit):
    order()
    with unit() as session:
        assert {row.kind: row.given for row in session.scalars(select(Consent))} == {"terms": True, "news": False}


def test_create_for_a_person_signed_in_is_theirs(client, order, unit, cast, sign_in):
    sign_in(cast.shopper)
    client.get("/cart")
    order()
    assert only_order(unit).user_id == cast.shopper


def test_create_by_card_goes_to_the_processors_page(client, order, unit, card):
    answer = order(method="card")
    assert (answer.status_code, answer.location) == (303, "https://checkout.stripe.com/c/cs_1")
    asked = card.asked[0]
    made = only_order(unit)
    assert (asked["amount_won"], asked["order_number"]) == (33000, made.number)
    assert "checkout.stripe.com" in client.get(f"/orders/{made.number}/{made.token}").headers["Content-Security-Policy"]
    with unit() as session:
        payment = session.scalars(select(Payment)).one()
        assert (payment.method, payment.session_id, payment.idempotency_key) == (
            PaymentMethod.CARD, "cs_1", asked["idempotency_key"])


def test_create_by_card_with_the_processor_down_loses_nothing_and_can_be_tried_again(client, order, unit, card):
    card.down = True
    answer = order(method="card")
    made = only_order(unit)
    assert answer.location == f"/pay/{made.number}/{made.token}?failed=1"
    page = client.get(answer.location)
    assert "결제창이 열리지 않았습니다" in page.text
    assert made.state == OrderState.AWAITING_PAYMENT
    card.down = False
    again = client.post(f"/pay/{made.number}/{made.token}", data={"method": "card"})
    assert again.location == "https://checkout.stripe.com/c/cs_1"
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1


def test_a_whole_guest_order_stays_within_its_statements(app, makers):
    with app.app_context():
        engine = db.engine
    client = app.test_client()
    with count_statements(engine) as statements:
        client.post("/cart/lines", data={"variant_id": makers.notebook, "quantity": 2, "way": "parcel"})
        client.get("/cart")
        page = client.get("/checkout").text
        hidden = dict(re.findall(r'name="(cart|expected_total)"[^>]*value="([^"]*)"', page))
        from tests.blueprints.cart.conftest import FORM
        answer = client.post("/checkout", data={**hidden, **FORM})
        assert client.get(answer.location).status_code == 200
    assert len(statements) <= 60, f"{len(statements)}\n" + "\n".join(line[:110] for line in statements)


def test_a_hall_without_a_processor_offers_no_card(app, client, order, unit, full_cart, monkeypatch):
    monkeypatch.setitem(app.config, "STRIPE_SECRET_KEY", "")
    assert 'value="card"' not in client.get("/checkout").text

    refused = order(method="card")
    assert refused.status_code == 422
    assert nothing_was_ordered(unit)
