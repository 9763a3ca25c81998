"""A guest's whole order over HTTP by several clients at once, and the proof in the database that each stands exactly once."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from bench.browser import AppWire, Browser, HttpWire, Wire, read_form
from bench.catalogue import code_of
from bench.load import Reading
from bench.server import Served
from shop.kernel.db import read_session
from shop.orders.models import Order, OrderLine, VendorOrder
from shop.stock.models import Hold, HoldState, StockLevel

HOT = 200  # products that are ordered: popular enough that clients meet
GUEST = {"name": "김전주", "phone": "010-0000-0000", "postcode": "55041", "address": "전주시 완산구 (시험 주소)"}


@dataclass(frozen=True)
class Placed:
    """What the shop said of an order: its number and its secret link."""

    number: str
    path: str


def place_order(browser: Browser, product: int) -> Placed:
    """Product page, into the cart, the cart, the checkout, the order, its page: six requests as a browser makes them."""
    add_to_cart(browser, f"/goods/{code_of(product)}")
    browser.get("/cart")
    fields = read_form(browser.get("/checkout"), "/checkout")
    method = "bank_transfer" if product % 2 else "pay_at_hall"
    path = browser.post("/checkout", {**fields, **GUEST, "method": method})
    assert path.startswith("/orders/"), f"the order led to {path}"
    page = browser.get(path).decode()
    number = path.split("/")[2]
    assert number in page
    return Placed(number, path)


def add_to_cart(browser: Browser, product_path: str) -> None:
    """The product's page and its form, sent as it stands."""
    browser.post("/cart/lines", read_form(browser.get(product_path), "/cart/lines"))


def load_orders(served: Served, *, clients: int, seconds: float) -> tuple[Reading, list[Placed]]:
    """Whole orders for some seconds, each by a new guest."""

    def one(wire: Wire, chance: random.Random) -> Placed:
        return place_order(Browser(wire), chance.randrange(HOT))

    return _load(served, "a whole guest order", one, clients, seconds)


def load_adds(served: Served, *, clients: int, seconds: float) -> Reading:
    """Only the POST of add-to-cart, each time as a new guest's first; the page with its form is fetched once a client."""
    known: dict[int, tuple[dict[str, str], dict[str, str]]] = {}

    def one(wire: Wire, chance: random.Random) -> Placed:
        browser = Browser(wire)
        if id(wire) not in known:
            fields = read_form(browser.get(f"/goods/{code_of(chance.randrange(HOT))}"), "/cart/lines")
            known[id(wire)] = fields, dict(browser.cookies)
        fields, cookies = known[id(wire)]
        browser.cookies = dict(cookies)
        return Placed("", browser.post("/cart/lines", fields))

    return _load(served, "add to cart", one, clients, seconds)[0]


def _load(served: Served, name: str, one: Callable[[Wire, random.Random], Placed], clients: int,
          seconds: float) -> tuple[Reading, list[Placed]]:
    times: list[float] = []
    placed: list[Placed] = []
    failures: list[str] = []
    guard = threading.Lock()
    for _ in range(8):  # so that every worker has seen the pages
        one(HttpWire(served.base), random.Random(0))
    before = served.cpu()
    started = time.monotonic()

    def client(number: int) -> None:
        wire, chance = HttpWire(served.base), random.Random(number)
        mine, spent = [], []
        while time.monotonic() < started + seconds:
            begun = time.perf_counter()
            try:
                mine.append(one(wire, chance))
            except (AssertionError, OSError) as error:
                with guard:
                    failures.append(str(error))
                continue
            spent.append((time.perf_counter() - begun) * 1000)
        wire.close()
        with guard:
            placed.extend(mine)
            times.extend(spent)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    if failures:
        print(f"  {len(failures)} failed, the first: {failures[0][:300]}")
    assert times, "nothing succeeded"
    times.sort()
    after = served.cpu()
    count = len(times)
    return Reading(name, clients, count, count / took, times[count // 2], times[int(count * 0.95)],
                   (after[0] - before[0]) / count, (after[1] - before[1]) / count, len(failures)), placed


def check_orders(app: Flask, placed: list[Placed]) -> list[str]:
    """What is wrong with the orders in the database; empty where each stands once, adds up, and nothing was sold twice."""
    wrong: list[str] = []
    numbers = [order.number for order in placed]
    if len(set(numbers)) != len(numbers):
        wrong.append("a number was given twice")
    with app.app_context():
        session = read_session()
        standing: set[str] = set()
        for at in range(0, len(numbers), 500):
            standing.update(session.scalars(select(Order.number).where(Order.number.in_(numbers[at:at + 500]))))
        if standing != set(numbers):
            wrong.append(f"{len(set(numbers) - standing)} orders are missing")
        lines = (
            select(VendorOrder.order_id, func.sum(OrderLine.list_won - OrderLine.discount_won).label("won"))
            .join(OrderLine, OrderLine.vendor_order_id == VendorOrder.id).group_by(VendorOrder.order_id).subquery()
        )
        odd = session.scalar(select(func.count()).select_from(Order).outerjoin(lines, lines.c.order_id == Order.id)
                             .where(func.coalesce(lines.c.won, 0) + Order.parcel_won != Order.total_won))
        if odd:
            wrong.append(f"{odd} orders do not add up")
        wrong += _check_stock(session)
        session.rollback()
    return wrong


def _check_stock(session: object) -> list[str]:
    held = (
        select(Hold.variant_id, Hold.location_id, func.sum(Hold.quantity).label("units")).where(Hold.state == HoldState.HELD)
        .group_by(Hold.variant_id, Hold.location_id).subquery()
    )
    query = (
        select(func.count()).select_from(StockLevel)
        .outerjoin(held, (held.c.variant_id == StockLevel.variant_id) & (held.c.location_id == StockLevel.location_id))
        .where((func.coalesce(held.c.units, 0) != StockLevel.reserved) | (StockLevel.reserved > StockLevel.on_hand))
    )
    off = session.scalar(query)  # type: ignore[attr-defined]
    return [f"{off} stock levels do not agree with their holds"] if off else []


def walk_inside(app: Flask, product: int) -> Callable[[], Placed]:
    """The same walk without a server, for counting statements."""
    return lambda: place_order(Browser(AppWire(app)), product)
