"""What may happen to a payment, and what each happening moves: objects, balance and events. Refuses every other move.

Source: docs.stripe.com/payments/paymentintents/lifecycle, /api/checkout/sessions, /payouts/reconciliation.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import objects
from .objects import Body
from .problems import invalid, refused
from .state import State, Unit, public

DAY = 86_400
EXPIRY = (30 * 60, DAY)  # docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
HOLD_SECONDS = 2 * DAY


@dataclass(frozen=True)
class Desk:
    """What every part of the double is given."""

    state: State
    secret_key: str
    clock: Callable[[], float]
    public_base_url: str
    wake: Callable[[], None]

    @contextmanager
    def world(self, request: str | None = None, idempotency_key: str | None = None) -> Iterator["World"]:
        """One transaction at the present instant."""
        with self.state.unit() as unit:
            yield World(unit, int(self.clock()), self.public_base_url, request, idempotency_key)


@dataclass
class World:
    """One unit of the double's life: the open transaction, the instant, and on whose behalf."""

    unit: Unit
    now: int
    public_base_url: str = ""
    request: str | None = None
    idempotency_key: str | None = None
    silent: bool = False

    def emit(self, kind: str, about: Body) -> None:
        """Record an event and queue its deliveries as the dials say; `silent` loses the delivery and keeps the event."""
        event = objects.event(
            self.unit.new_id("evt"), kind, public(about), now=self.now, request=self.request, idempotency_key=self.idempotency_key
        )
        dial = self.unit.dial("webhooks", {})
        copies = 0 if self.silent else 1 + dial.get("duplicate", 0)
        if copies and dial.get("drop", 0) > 0:
            self.unit.turn("webhooks", dial | {"drop": dial["drop"] - 1})
            copies = 0
        event["pending_webhooks"] = min(copies, 1)
        self.unit.add(event)
        for _ in range(copies):
            self.unit.db.execute(
                "INSERT INTO delivery (event_id, due, tamper) VALUES (?, ?, ?)", (event["id"], self.now, dial.get("tamper"))
            )

    def book(
        self, kind: str, source: str, amount_won: int, *, fee: int = 0, held: bool = False, payout: str | None = None
    ) -> str:
        """Move the balance; the row's id."""
        wait = self.unit.dial("hold_seconds", HOLD_SECONDS) if held else 0
        row = objects.balance_transaction(
            self.unit.new_id("txn"), kind, source, amount_won, fee=fee, now=self.now, available_on=self.now + wait
        )
        return self.unit.add(row | {"_payout": payout})["id"]


def open_session(world: World, params: Body) -> Body:
    """A new hosted page over one line of goods."""
    amount = sum(line["price_data"]["unit_amount"] * line.get("quantity", 1) for line in params["line_items"])
    if amount < objects.SMALLEST_WON:
        raise invalid(f"The Checkout Session's total amount must be at least ₩{objects.SMALLEST_WON}", code="amount_too_small")
    if amount > objects.LARGEST_WON:
        raise invalid("The Checkout Session's total amount is too large", code="amount_too_large")
    params = {"expires_at": world.now + DAY} | params
    if not EXPIRY[0] <= params["expires_at"] - world.now <= EXPIRY[1]:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now", param="expires_at")
    identifier = world.unit.new_id("cs_test")
    return world.unit.add(
        objects.session(identifier, params, amount, now=world.now, url=f"{world.public_base_url}/pay/{identifier}")
    )


def lapse(world: World, session: Body) -> Body:
    """Expire a page whose time has passed; called whenever one is looked at."""
    if session["status"] == "open" and session["expires_at"] <= world.now:
        return _close(world, session)
    return session


def lapse_all(world: World) -> None:
    """Expire every page whose time has passed, as the real service does by itself."""
    for session in world.unit.every("checkout.session", status="open"):
        lapse(world, session)


def expire_session(world: World, session: Body) -> Body:
    """Close an open page."""
    if session["status"] != "open":
        raise refused(
            f"Only Checkout Sessions with a status in ['open'] can be expired. This one is {session['status']}.",
            code="checkout_session_not_open",
        )
    return _close(world, session)


def _close(world: World, session: Body) -> Body:
    if session["payment_intent"]:
        intent = world.unit.get("payment_intent", session["payment_intent"])
        intent |= {"status": "canceled", "canceled_at": world.now, "cancellation_reason": "automatic"}
        world.emit("payment_intent.canceled", world.unit.save(intent))
    session |= {"status": "expired", "url": None}
    world.emit("checkout.session.expired", world.unit.save(session))
    return session


def _attempt(world: World, session: Body, *, declined: bool) -> tuple[Body, Body]:
    assert session["status"] == "open", "the page asks before it offers to pay"
    if session["payment_intent"]:
        intent = world.unit.get("payment_intent", session["payment_intent"])
    else:
        intent = world.unit.add(objects.payment_intent(world.unit.new_id("pi"), session, now=world.now))
        session["payment_intent"] = intent["id"]
        world.emit("payment_intent.created", intent)
    charge = objects.charge(world.unit.new_id("ch"), intent, now=world.now, declined=declined)
    return intent, charge


def decline(world: World, session: Body) -> None:
    """The card is refused; the page stays open for another try."""
    intent, charge = _attempt(world, session, declined=True)
    world.unit.add(charge)
    intent |= {"latest_charge": charge["id"], "last_payment_error": objects.decline(charge["id"])}
    world.unit.save(intent)
    world.unit.save(session)
    world.emit("charge.failed", charge)
    world.emit("payment_intent.payment_failed", intent)


def pay(world: World, session: Body) -> None:
    """The card is charged and the page is complete."""
    intent, charge = _attempt(world, session, declined=False)
    amount = charge["amount"]
    charge["balance_transaction"] = world.book("charge", charge["id"], amount, fee=objects.fee_won(amount), held=True)
    world.unit.add(charge)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None, "amount_received": amount, "status": "succeeded"}
    world.unit.save(intent)
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    world.unit.save(session)
    world.emit("charge.succeeded", charge)
    world.emit("payment_intent.succeeded", intent)
    world.emit("checkout.session.completed", session)


def cancel_intent(world: World, intent: Body) -> Body:
    """Always refused: an intent of a hosted page is canceled by expiring the page, a finished one not at all."""
    if intent["status"] in ("succeeded", "canceled"):
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
    else:
        message = "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead."
    raise refused(message, code="payment_intent_unexpected_state")


def refund(world: World, params: Body) -> Body:
    """Give back all or part of what is left of a charge; the fee is kept."""
    charge = _refundable(world, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if not left:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise refused(
            f"Refund amount (₩{amount}) is greater than unrefunded amount on charge (₩{left})",
            code="amount_too_large",
            param="amount",
        )
    body = objects.refund(world.unit.new_id("re"), charge, amount, params, now=world.now)
    body["balance_transaction"] = world.book("refund", body["id"], -amount)
    world.unit.add(body)
    charge |= {"amount_refunded": charge["amount_refunded"] + amount, "refunded": amount == left}
    world.unit.save(charge)
    world.emit("refund.created", body)
    world.emit("charge.refunded", charge)
    return body


def _refundable(world: World, params: Body) -> Body:
    if ("payment_intent" in params) == ("charge" in params):
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge.", code="parameter_missing"
        )
    if "charge" in params:
        charge = world.unit.get("charge", params["charge"], "charge")
    else:
        intent = world.unit.get("payment_intent", params["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise refused(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
        charge = world.unit.get("charge", intent["latest_charge"])
    if not charge["paid"]:
        raise refused(f"Charge {charge['id']} has not succeeded.", code="charge_not_refundable")
    return charge


def fail_refund(world: World, body: Body) -> Body:
    """The bank sends a refund back: the money returns to the balance, the charge is refundable again."""
    if body["status"] != "succeeded":
        raise refused("Only a succeeded refund can fail", code="refund_not_succeeded")
    row = world.book("refund_failure", body["id"], body["amount"])
    body |= {"status": "failed", "failure_reason": "expired_or_canceled_card", "failure_balance_transaction": row}
    world.unit.save(body)
    charge = world.unit.get("charge", body["charge"])
    world.unit.save(charge | {"amount_refunded": charge["amount_refunded"] - body["amount"], "refunded": False})
    world.emit("refund.failed", body)
    return body


def run_payout(world: World, *, settle: bool) -> Body:
    """Send everything available to the bank, itemised; `settle` makes the pending rows available first."""
    unpaid = world.unit.every("balance_transaction", _payout=None)
    rows = [row for row in unpaid if settle or row["available_on"] <= world.now]
    amount = sum(row["net"] for row in rows)
    if amount <= 0:
        raise refused("There is nothing available to pay out", code="balance_insufficient")
    body = objects.payout(world.unit.new_id("po"), amount, now=world.now)
    for row in rows:
        world.unit.save(row | {"_payout": body["id"], "available_on": min(row["available_on"], world.now)})
    body["balance_transaction"] = world.book("payout", body["id"], -amount, payout=body["id"])
    world.unit.add(body)
    for kind in ("payout.created", "payout.paid", "payout.reconciliation_completed"):
        world.emit(kind, body)
    return body


def fail_payout(world: World, body: Body) -> Body:
    """The bank returns a payout that counted as paid; its amount is available again."""
    if body["status"] != "paid":
        raise refused("Only a paid payout can fail", code="payout_not_paid")
    row = world.book("payout_failure", body["id"], body["amount"])
    body |= {"status": "failed", "failure_code": "account_closed", "failure_balance_transaction": row}
    world.emit("payout.failed", world.unit.save(body))
    return body


def balance(world: World) -> Body:
    """What is held, split by whether it may be paid out yet."""
    held = {"available": 0, "pending": 0}
    for row in world.unit.every("balance_transaction"):
        held["available" if row["available_on"] <= world.now else "pending"] += row["net"]
    sums = {name: [{"amount": won, "currency": objects.CURRENCY, "source_types": {"card": won}}] for name, won in held.items()}
    return {"object": "balance", **sums, "livemode": False}
