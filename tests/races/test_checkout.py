"""Whole checkouts, payments and refunds from real threads at once; each guard is also taken away to see that it was needed."""

import json
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from shop.carts import use
from shop.carts.models import DeliveryWay
from shop.kernel.db import unit_of_work
from shop.ledger import accounts
from shop.ledger.models import JournalEntry, Posting
from shop.ledger.queries import balance_of
from shop.orders import fulfilment
from shop.orders.models import FulfilmentState, Order, OrderLine, OrderState, VendorOrder
from shop.orders.placing import place_order
from shop.payments import card as cards
from shop.payments import expiring
from shop.payments.events import receive_event
from shop.payments.models import Payment, PaymentMethod, Refund
from shop.payments.opening import open_payment
from shop.payments.refunding import cancel_order, refund_line
from shop.stock.models import Hold, StockLevel
from tests.fake_card import FakeCard, event
from tests.makers import DETAILS, STRIPE, cart, make_goods, makers, order, pay, send_and_confirm  # noqa: F401
from tests.races.test_stock import drop_check, is_postgres, without_begin_immediate, without_row_locks
from tests.races.threads import race

pytestmark = pytest.mark.race
UNITS, SHOPPERS = 7, 200


@pytest.fixture
def carts(unit, makers, now):  # noqa: F811
    """Two hundred carts with one notebook each, of which seven are left."""
    with unit() as session:
        shelf = select(StockLevel).where(StockLevel.variant_id == makers.notebook, StockLevel.on_hand == 10)
        session.scalar(shelf).on_hand = UNITS
        ids = []
        for _ in range(SHOPPERS):
            opened = use.open_cart(session, token=None, user_id=None, now=now)
            use.add_line(session, cart_id=opened.id, variant_id=makers.notebook, way=DeliveryWay.PARCEL, now=now)
            ids.append(opened.id)
        return ids


def checkout(cart_ids, now, total=15000):
    def attempt(number):
        with unit_of_work() as session:
            placed = place_order(session, cart_id=cart_ids[number], details=DETAILS, expected_total_won=total, now=now)
            open_payment(session, order_id=placed.id, method=PaymentMethod.BANK_TRANSFER, now=now)

    return attempt


def sold(unit):
    with unit() as session:
        tables = (Order, VendorOrder, OrderLine, Hold, Payment)
        counts = {session.scalar(select(func.count()).select_from(table)) for table in tables}
        return counts, session.scalar(select(func.sum(StockLevel.reserved)))


def test_two_hundred_shoppers_for_the_last_seven_make_exactly_seven_orders(app, unit, carts, now):
    assert race(app, checkout(carts, now), attempts=SHOPPERS) == {"ok": UNITS, "OutOfStock": SHOPPERS - UNITS}
    assert sold(unit) == ({UNITS}, UNITS)


def test_control_without_locks_the_shop_sells_what_it_does_not_have(app, unit, carts, now, monkeypatch):
    if is_postgres(app):
        drop_check(app, unit)
        with without_row_locks(monkeypatch):
            race(app, checkout(carts, now), attempts=SHOPPERS)
        counts, _reserved = sold(unit)
        assert min(counts) > UNITS
    else:
        with without_begin_immediate(app, monkeypatch):
            outcomes = race(app, checkout(carts, now), attempts=SHOPPERS)
        assert outcomes["OperationalError"] > 0


def test_one_cart_sent_fifty_times_at_once_is_one_order(app, unit, cart, now):  # noqa: F811
    assert race(app, checkout([cart] * 50, now, 33000), attempts=50) == {"ok": 50}
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
        assert session.scalar(select(func.sum(Hold.quantity))) == 5


def test_control_without_locks_one_cart_becomes_several_orders(app, unit, cart, now, monkeypatch):  # noqa: F811
    if not is_postgres(app):
        pytest.skip("on SQLite the writer's lock is the begin, not the row")
    with without_row_locks(monkeypatch):
        race(app, checkout([cart] * 50, now, 33000), attempts=50)
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Order)) > 1


@pytest.fixture
def paid_page(app, order, now):  # noqa: F811
    """A card page that its shopper has paid and nobody has asked about yet."""
    provider = FakeCard()
    with app.app_context():
        cards.start_card_payment(provider, payment_id=order.payment, public_url="http://127.0.0.1", now=now)
    provider.pay("cs_1")
    return provider


def learn(provider, now):
    """Return page, webhook and sweep by turns."""

    def attempt(number):
        if number % 2:
            cards.learn_checkout(provider, session_id="cs_1", now=now)
        else:
            told = provider.parse_webhook(json.dumps(
                event(number % 4, "checkout.session.completed", session_id="cs_1")).encode(), "proven")
            receive_event(provider, told, now=now)

    return attempt


def test_return_page_and_webhook_at_once_take_the_money_once(app, unit, order, paid_page, now):  # noqa: F811
    assert race(app, learn(paid_page, now), attempts=40) == {"ok": 40}
    with unit() as session:
        assert session.scalars(select(JournalEntry.reference)).all() == [f"capture:{order.payment}"]
        assert session.scalar(select(Order)).state == OrderState.PAID
        assert session.scalar(select(func.count()).select_from(Refund)) == 0


def test_control_without_locks_taking_the_money_breaks(app, unit, order, paid_page, now, monkeypatch):  # noqa: F811
    if is_postgres(app):
        with without_row_locks(monkeypatch):
            outcomes = race(app, learn(paid_page, now), attempts=40)
    else:
        with without_begin_immediate(app, monkeypatch):
            outcomes = race(app, learn(paid_page, now), attempts=40)
    assert outcomes["ok"] < 40


@pytest.fixture
def ten(unit, makers, now):  # noqa: F811
    """Ten notebooks, paid by card, sent and confirmed; the line's id."""
    with unit() as session:
        opened = use.open_cart(session, token=None, user_id=None, now=now)
        use.add_line(session, cart_id=opened.id, variant_id=makers.notebook, quantity=10, way=DeliveryWay.PARCEL, now=now)
        placed = place_order(session, cart_id=opened.id, details=DETAILS, expected_total_won=122999, discount_won=1, now=now)
        payment = open_payment(session, order_id=placed.id, method=PaymentMethod.CARD, now=now)
        part = session.scalars(select(VendorOrder)).one().id
        line = session.scalars(select(OrderLine)).one().id
        pay(session, SimpleNamespace(payment=payment.id), now, amount=122999)
        fulfilment.ship(session, vendor_order_id=part, vendor_id=makers.a, courier="own", tracking_number="", actor_id=None,
                        now=now)
        fulfilment.confirm_purchase(session, vendor_order_id=part, order_id=placed.id, now=now)
        return line


def give_back(line, now):
    def attempt(_number):
        with unit_of_work() as session:
            refund_line(session, order_line_id=line, quantity=1, reason="경주", actor_id=None, now=now)

    return attempt


def test_of_twenty_refunds_of_a_tenth_exactly_ten_pass_and_sum_to_the_whole(app, unit, ten, makers, now):  # noqa: F811
    assert race(app, give_back(ten, now), attempts=20, threads=10) == {"ok": 10, "OverRefund": 10}
    with unit() as session:
        line = session.get(OrderLine, ten)
        sums = session.execute(select(func.sum(Refund.amount_won), func.sum(Refund.net_won))).one()
        assert tuple(sums) == (line.list_won - line.discount_won, line.net_won)
        assert balance_of(session, accounts.vendor_payable(makers.a)) == -3000
        assert balance_of(session, STRIPE) == 3000
        assert session.scalar(select(func.sum(Posting.amount_won))) == 0


def test_control_without_locks_more_is_given_back_than_was_paid_or_it_breaks(app, unit, ten, now, monkeypatch):
    if is_postgres(app):
        with without_row_locks(monkeypatch):
            outcomes = race(app, give_back(ten, now), attempts=20, threads=10)
    else:
        with without_begin_immediate(app, monkeypatch):
            outcomes = race(app, give_back(ten, now), attempts=20, threads=10)
    assert outcomes != {"ok": 10, "OverRefund": 10}


def test_payment_and_cancellation_at_once_lose_no_won(app, unit, order, now):  # noqa: F811
    def attempt(number):
        with unit_of_work() as session:
            if number % 2:
                cancel_order(session, order_id=order.id, reason="shopper", now=now)
            else:
                pay(session, order, now)

    assert race(app, attempt, attempts=10, threads=10) == {"ok": 10}
    with unit() as session:
        assert session.scalar(select(Order)).state == OrderState.CANCELED
        assert balance_of(session, accounts.ORDERS_IN_PROGRESS) == 0
        owed = balance_of(session, accounts.REFUNDS_DUE) + balance_of(session, STRIPE)
        assert owed == 0
        assert session.scalar(select(func.sum(Refund.amount_won))) == 30000
        assert session.scalar(select(func.sum(StockLevel.reserved))) == 0


def test_shipping_and_cancellation_at_once_are_never_both(app, unit, makers, order, now):  # noqa: F811
    with unit() as session:
        pay(session, order, now)

    def attempt(number):
        with unit_of_work() as session:
            if number % 2:
                cancel_order(session, order_id=order.id, reason="shopper", now=now)
            else:
                fulfilment.ship(session, vendor_order_id=order.part_a, vendor_id=makers.a, courier="own", tracking_number="",
                                actor_id=None, now=now)

    outcomes = race(app, attempt, attempts=10, threads=10)
    assert outcomes == Counter(ok=5, MoveRefused=5)
    with unit() as session:
        states = {part.state for part in session.scalars(select(VendorOrder))}
        assert states in ({FulfilmentState.CANCELED}, {FulfilmentState.SHIPPED, FulfilmentState.PREPARING})


def test_orders_lapse_and_are_canceled_beside_new_checkouts_without_a_deadlock(app, unit, makers, now):  # noqa: F811
    with unit() as session:
        for level in session.scalars(select(StockLevel)):
            level.on_hand = 10_000
        carts_of = []
        for number in range(60):
            opened = use.open_cart(session, token=None, user_id=None, now=now)
            ways = ((makers.notebook, DeliveryWay.PARCEL), (makers.sprouts, DeliveryWay.PICKUP))
            for variant_id, way in ways if number % 2 else reversed(ways):
                use.add_line(session, cart_id=opened.id, variant_id=variant_id, way=way, now=now)
            carts_of.append(opened.id)
    for number in range(20):
        with unit() as session:
            old = place_order(session, cart_id=carts_of[number], details=DETAILS, expected_total_won=17000, now=now)
            payment = open_payment(session, order_id=old.id, method=PaymentMethod.CARD, now=now)
            if number % 2:
                pay(session, SimpleNamespace(payment=payment.id), now, amount=17000)
            ended = old.id

    def attempt(number):
        if number < 5:
            with unit_of_work() as session:
                expiring.expire_unpaid(session, now=now + timedelta(hours=2), limit=4)
        elif number < 15:
            with unit_of_work() as session:
                cancel_order(session, order_id=ended - 2 * (number - 5), reason="shopper", now=now)
        else:
            checkout(carts_of[20:], now, 17000)(number - 15)

    assert race(app, attempt, attempts=55, threads=15) == {"ok": 55}
