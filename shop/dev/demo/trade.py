"""Days of trade for the demo, lived one by one through the real use cases, with a seeded chance for what people do."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.carts.models import DeliveryWay
from shop.carts.queries import load_basket
from shop.carts.use import add_line, open_cart
from shop.catalog.models import ListingState, Product, Variant
from shop.dev.demo.bank import PretendedBank
from shop.dev.demo.cards import CardHouse
from shop.dev.demo.desk import Desk
from shop.dev.demo.people import Guest
from shop.kernel.clock import SEOUL, day_start, seoul_day
from shop.kernel.db import unit_of_work
from shop.orders.fulfilment import confirm_overdue, confirm_purchase, hand_over, ship
from shop.orders.models import FulfilmentState, Order, OrderLine, VendorOrder
from shop.orders.placing import CheckoutDetails, place_order
from shop.payments.card import close_overdue, send_due_refunds
from shop.payments.counter import Tender, take_payment
from shop.payments.expiring import expire_unpaid
from shop.payments.models import PaymentMethod
from shop.payments.opening import open_payment
from shop.payments.refunding import refund_line
from shop.stock.levels import receive
from shop.stock.queries import available_by_variant, get_hall_id, get_shelf_ids
from shop.vendors.models import Vendor

Progress = Callable[[str, int, int], None]
METHODS = [PaymentMethod.BANK_TRANSFER] * 8 + [PaymentMethod.PAY_AT_HALL] * 7 + [PaymentMethod.CARD] * 5
TENDERS = [Tender.CASH] * 3 + [Tender.CARD_SLIP] * 5 + [Tender.LOCAL_CURRENCY] * 2


@dataclass
class _Due:
    """Something a person will do at an instant."""

    at: datetime
    act: Callable[[datetime], None]


class Trade:
    """The simulation: a list of things people will do, walked in the order of time."""

    def __init__(self, chance: random.Random, *, staff: dict[str, int], owners: dict[str, int], vendors: dict[str, int],
                 guests: Sequence[Guest], cards: CardHouse) -> None:
        self.cards = cards
        self.chance, self.staff, self.guests = chance, staff, guests
        self.owner_of = {vendors[code]: owners[code] for code in vendors}
        self.bank = PretendedBank()
        self.desk = Desk(staff, self.bank, cards)
        self.todo: list[_Due] = []
        self.until = datetime.max.replace(tzinfo=SEOUL)

    def run(self, *, days: int, now: datetime, progress: Progress) -> None:
        """Live `days` days up to `now`."""
        self.until = now
        first = seoul_day(now) - timedelta(days=days)
        for number in range(days + 1):
            day = first + timedelta(days=number)
            morning = day_start(day)
            for _ in range(self._shoppers_of(day.weekday(), number, days)):
                minute = self.chance.randrange(9 * 60, 21 * 60)
                self._plan(morning + timedelta(minutes=minute, seconds=self.chance.randrange(60)), self._shop)
            self._plan(datetime.combine(day, time(9, 5), SEOUL), self._open_office)
            self._plan(datetime.combine(day, time(17, 30), SEOUL), self._close_office)
            self._live(min(now, day_start(day + timedelta(days=1))))
            progress("거래한 날 · days of trade", number + 1, days + 1)
        self._restock(now)

    def _shoppers_of(self, weekday: int, number: int, days: int) -> int:
        busy = 2 if weekday >= 5 else 1
        return self.chance.choice((1, 2, 2, 3)) + busy + (number * 2 // max(1, days))

    def _plan(self, at: datetime, act: Callable[[datetime], None]) -> None:
        if at <= self.until:
            self.todo.append(_Due(at, act))

    def _live(self, until: datetime) -> None:
        while due := [thing for thing in self.todo if thing.at <= until]:
            thing = min(due, key=lambda candidate: candidate.at)
            self.todo.remove(thing)
            thing.act(thing.at)

    def _after(self, at: datetime, *, days: int, hour: int) -> datetime:
        day = seoul_day(at) + timedelta(days=days)
        return datetime.combine(day, time(hour, self.chance.randrange(60), self.chance.randrange(60)), SEOUL)

    def _shop(self, now: datetime) -> None:
        """A guest fills a cart, orders, and will pay."""
        guest, method = self.chance.choice(self.guests), self.chance.choice(METHODS)
        with unit_of_work() as session:
            goods = self._choose_goods(session, now)
            if not goods:
                return
            at_hall = method is PaymentMethod.PAY_AT_HALL
            cart = open_cart(session, token=None, user_id=None, now=now)
            for variant, product in goods:
                way = DeliveryWay.PICKUP if product.by_pickup and (at_hall or not product.by_parcel) else DeliveryWay.PARCEL
                quantity = self.chance.choice((1, 1, 1, 2, 2, 3))
                self._make_sure(session, variant, product.vendor_id, way, quantity, now)
                add_line(session, cart_id=cart.id, variant_id=variant.id, quantity=quantity, way=way, now=now)
            total = load_basket(session, cart.id).priced.total_won
            details = CheckoutDetails(name=guest.name, phone=guest.phone, email=guest.email, postcode=guest.postcode,
                                      address=guest.address)
            order = place_order(session, cart_id=cart.id, details=details, expected_total_won=total, now=now)
            payment = open_payment(session, order_id=order.id, method=method, payer_name=guest.name, now=now)
            order_id, payment_id, amount = order.id, payment.id, payment.amount_won
        if method is PaymentMethod.CARD:
            if self.chance.random() < 0.96:
                self.cards.pay(payment_id, now)
        elif at_hall:
            if self.chance.random() < 0.93:
                evening = self._after(now, days=self.chance.choice((0, 1, 1)), hour=self.chance.randrange(21, 22))
                self._plan(evening, lambda at: self._come(order_id, at))
        elif self.chance.random() < 0.95:
            self._transfer(now, amount, guest.name)

    def _choose_goods(self, session: Session, now: datetime) -> list[tuple[Variant, Product]]:
        query = select(Variant, Product).join(Product, Product.id == Variant.product_id)
        on_sale = query.join(Vendor, Vendor.id == Product.vendor_id).where(
            Product.state == ListingState.PUBLISHED, Product.published_at <= now, Variant.is_active, Vendor.is_fictional,
            Product.min_price_won < 150_000)
        rows = [(variant, product) for variant, product in session.execute(on_sale.order_by(Variant.id))]
        return self.chance.sample(rows, min(len(rows), self.chance.choice((1, 1, 2, 2, 3, 4))))

    def _make_sure(self, session: Session, variant: Variant, vendor_id: int, way: DeliveryWay, quantity: int,
                   now: datetime) -> None:
        """The maker brings more before a shelf would run empty."""
        if available_by_variant(session, [variant.id])[variant.id][way.value] > quantity:
            return
        parcel = way is DeliveryWay.PARCEL
        place = get_shelf_ids(session, [vendor_id])[vendor_id] if parcel else get_hall_id(session)
        actor = self.owner_of[vendor_id] if parcel else self.staff["merchandiser"]
        receive(session, variant_id=variant.id, location_id=place, quantity=quantity + self.chance.randrange(4, 12),
                reference=f"demo:{variant.sku}:{place}:{now.timestamp():.0f}", actor_id=actor, reason="다시 들임", now=now)

    def _transfer(self, now: datetime, amount_won: int, payer: str) -> None:
        """The shopper's transfer, now and then under a name that differs by a letter, or with a few won too much."""
        at = now + timedelta(minutes=self.chance.randrange(3, 20 * 60))
        luck = self.chance.random()
        if luck < 0.03:
            payer = payer[0] + payer[2:] + payer[1]
        elif luck < 0.05:
            amount_won += 1000
        if at <= self.until:
            self.bank.move(at, amount_won, payer, self.chance.choice(("전북은행", "농협", "국민", "카카오뱅크", "신한")))

    def _come(self, order_id: int, now: datetime) -> None:
        """The shopper pays at the counter and takes what lies there."""
        with unit_of_work() as session:
            take_payment(session, order_id=order_id, tender=self.chance.choice(TENDERS), actor_id=self.staff["cashier"], now=now)
        with unit_of_work() as session:
            for part_id in self._parts(session, order_id, DeliveryWay.PICKUP):
                hand_over(session, vendor_order_id=part_id, actor_id=self.staff["cashier"], now=now)

    def _parts(self, session: Session, order_id: int, way: DeliveryWay) -> list[int]:
        query = select(VendorOrder.id).where(VendorOrder.order_id == order_id, VendorOrder.way == way,
                                             VendorOrder.state == FulfilmentState.PREPARING)
        return list(session.scalars(query.order_by(VendorOrder.id)))

    def _open_office(self, now: datetime) -> None:
        """The morning: makers send what is paid, jobs run, the desk settles on its days."""
        with unit_of_work() as session:
            waiting = session.execute(
                select(VendorOrder.id, VendorOrder.vendor_id, VendorOrder.order_id, VendorOrder.way)
                .join(Order, Order.id == VendorOrder.order_id)
                .where(VendorOrder.state == FulfilmentState.PREPARING, Order.paid_at < now - timedelta(hours=12))
                .order_by(VendorOrder.id)).all()
        last_days = seoul_day(now) >= seoul_day(self.until) - timedelta(days=1)
        for part_id, vendor_id, order_id, way in waiting:
            if self.chance.random() < (0.15 if last_days else 0.7):  # so that makers find something to do at the opening
                self._send(part_id, vendor_id, order_id, way, now)
        with unit_of_work() as session:
            while confirm_overdue(session, now=now):
                pass
        self.cards.clock.at = now
        close_overdue(self.cards.provider, now=now)
        with unit_of_work() as session:
            while expire_unpaid(session, now=now):
                pass
        self._take_back(now)
        self.desk.settle(now)

    def _take_back(self, now: datetime) -> None:
        """Every two weeks somebody brings one thing back, and the money goes the way it came."""
        if seoul_day(now).toordinal() % 14:
            return
        with unit_of_work() as session:
            line_id = session.scalars(
                select(OrderLine.id).join(VendorOrder, VendorOrder.id == OrderLine.vendor_order_id)
                .join(Order, Order.id == VendorOrder.order_id)
                .where(VendorOrder.state == FulfilmentState.CONFIRMED, Order.source.is_(None), OrderLine.returned_quantity == 0)
                .order_by(OrderLine.id.desc()).limit(1)).first()
        if line_id is None:
            return
        with unit_of_work() as session:
            refund_line(session, order_line_id=line_id, quantity=1, reason="단순 변심 반품",
                        actor_id=self.staff["manager"], now=now)
        send_due_refunds(self.cards.provider, now=now)

    def _send(self, part_id: int, vendor_id: int, order_id: int, way: DeliveryWay, now: datetime) -> None:
        with unit_of_work() as session:
            if way is DeliveryWay.PARCEL:
                number = "".join(str(self.chance.randrange(10)) for _ in range(12))
                ship(session, vendor_order_id=part_id, vendor_id=vendor_id, courier="cj", tracking_number=number,
                     actor_id=self.owner_of[vendor_id], now=now)
            else:
                hand_over(session, vendor_order_id=part_id, vendor_id=vendor_id, actor_id=self.owner_of[vendor_id], now=now)
        if self.chance.random() < 0.6:
            later = self._after(now, days=self.chance.randrange(1, 5), hour=20)
            self._plan(later, lambda at: self._confirm(part_id, order_id, at))

    def _confirm(self, part_id: int, order_id: int, now: datetime) -> None:
        with unit_of_work() as session:
            part = session.get(VendorOrder, part_id)
            if part and part.state in (FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER):
                confirm_purchase(session, vendor_order_id=part_id, order_id=order_id, now=now)

    def _close_office(self, now: datetime) -> None:
        """The evening: the bank's statement is read; a person confirms what the rules would not, but not on the last day."""
        if seoul_day(now) == seoul_day(self.until) - timedelta(days=1):
            self.bank.move(now - timedelta(hours=2), 5000, "입금자없음", "농협")
        self.desk.read_bank(now, leave_open=seoul_day(now) >= seoul_day(self.until) - timedelta(days=1))

    def _restock(self, now: datetime) -> None:
        """Nothing is sold out at the opening but what the plan says."""
        with unit_of_work() as session:
            for variant, product in session.execute(select(Variant, Product).join(Product, Product.id == Variant.product_id)
                                                    .where(Product.state == ListingState.PUBLISHED).order_by(Variant.id)).all():
                if self.chance.random() < 0.95:
                    way = DeliveryWay.PARCEL if product.by_parcel else DeliveryWay.PICKUP
                    self._make_sure(session, variant, product.vendor_id, way, 1, now)
