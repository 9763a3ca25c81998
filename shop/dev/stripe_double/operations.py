"""Which operations there are, what each may be sent, how an object is shown. Whatever is not named here is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from . import machine, objects, params
from .machine import World
from .objects import Body
from .problems import invalid
from .state import public


def shown(world: World, body: Body, expand: list[str] | None = None) -> Body:
    """The public JSON of an object, with the ids named by `expand` replaced by what they stand for."""
    answer = public(body)
    if body["object"] == "balance_transaction":
        answer["status"] = "available" if body["available_on"] <= world.now else "pending"
    for path in expand or []:
        name, _, rest = path.partition(".")
        if name not in EXPANDABLE.get(body["object"], set()):
            raise invalid(f"This property cannot be expanded ({name}).", param="expand")
        target = world.unit.find(body[name]) if body.get(name) else None
        if target:
            answer[name] = shown(world, target, [rest] if rest else None)
    return answer


_TIMES = params.either(
    params.integer(0), params.shape(gt=params.integer(0), gte=params.integer(0), lt=params.integer(0), lte=params.integer(0))
)
_ID = params.text(200)
_PAGE = {"limit": params.integer(1, 100), "starting_after": _ID, "ending_before": _ID}
_COLUMNS = {"payout": "_payout"}
_EXPAND = {"expand": params.many(_ID, 20)}
_GOODS = params.shape(
    ("currency", "product_data", "unit_amount"),
    currency=params.choice(objects.CURRENCY),
    product_data=params.shape(("name",), name=params.text(250), description=params.text(500)),
    unit_amount=params.integer(0, objects.LARGEST_WON),
)
_NEW_SESSION = params.shape(
    ("line_items", "mode", "success_url"),
    cancel_url=params.web_address,
    client_reference_id=_ID,
    expires_at=params.integer(0),
    line_items=params.many(params.shape(("price_data", "quantity"), price_data=_GOODS, quantity=params.integer(1, 999_999)), 100),
    locale=params.choice("auto", "ko", "en"),
    metadata=params.metadata,
    mode=params.choice("payment"),
    payment_intent_data=params.shape(description=params.text(1000), metadata=params.metadata),
    success_url=params.web_address,
    **_EXPAND,
)
_NEW_REFUND = params.shape(
    amount=params.integer(1, objects.LARGEST_WON),
    charge=_ID,
    metadata=params.metadata,
    payment_intent=_ID,
    reason=params.choice("duplicate", "fraudulent", "requested_by_customer"),
    **_EXPAND,
)
_CANCEL = params.shape(
    cancellation_reason=params.choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"), **_EXPAND
)
_ONE = params.shape(**_EXPAND)
EXPANDABLE = {
    "checkout.session": {"payment_intent"},
    "payment_intent": {"latest_charge"},
    "charge": {"balance_transaction", "payment_intent"},
    "refund": {"balance_transaction", "charge", "payment_intent"},
    "balance_transaction": {"source"},
    "payout": {"balance_transaction"},
}


@dataclass(frozen=True)
class Operation:
    """One verb on one address."""

    verb: str
    path: str
    shape: params.Reader
    work: Callable[..., Body]


def _retrieve(kind: str, url: str) -> Operation:
    return Operation("GET", f"{url}/<id>", _ONE, lambda world, given, id: world.unit.get(kind, id))


def _list(kind: str, url: str, **filters: params.Reader) -> Operation:
    def work(world: World, given: Body) -> Body:
        chosen = {_COLUMNS.get(name, name): given.get(name) for name in filters}
        found, more = world.unit.page(kind, given, **chosen)
        return {"object": "list", "data": [shown(world, body) for body in found], "has_more": more, "url": url}

    return Operation("GET", url, params.shape(created=_TIMES, **filters, **_PAGE), work)


def _session(world: World, given: Body, id: str) -> Body:
    return machine.lapse(world, world.unit.get("checkout.session", id))


def _expire_session(world: World, given: Body, id: str) -> Body:
    return machine.expire_session(world, _session(world, given, id))


def _cancel_intent(world: World, given: Body, id: str) -> Body:
    return machine.cancel_intent(world, world.unit.get("payment_intent", id))


_SESSIONS, _INTENTS, _REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
_ROWS, _PAYOUTS, _EVENTS = "/v1/balance_transactions", "/v1/payouts", "/v1/events"
_SESSION_STATUS = params.choice("open", "complete", "expired")
_PAYOUT_STATUS = params.choice("pending", "paid", "failed", "canceled")

OPERATIONS = (
    Operation("POST", _SESSIONS, _NEW_SESSION, machine.open_session),
    _list("checkout.session", _SESSIONS, payment_intent=_ID, status=_SESSION_STATUS),
    Operation("GET", f"{_SESSIONS}/<id>", _ONE, _session),
    Operation("POST", f"{_SESSIONS}/<id>/expire", _ONE, _expire_session),
    _retrieve("payment_intent", _INTENTS),
    Operation("POST", f"{_INTENTS}/<id>/cancel", _CANCEL, _cancel_intent),
    _retrieve("charge", "/v1/charges"),
    Operation("POST", _REFUNDS, _NEW_REFUND, machine.refund),
    _list("refund", _REFUNDS, charge=_ID, payment_intent=_ID),
    _retrieve("refund", _REFUNDS),
    _list("balance_transaction", _ROWS, currency=params.choice(objects.CURRENCY), payout=_ID, source=_ID, type=_ID),
    _retrieve("balance_transaction", _ROWS),
    Operation("GET", "/v1/balance", _ONE, lambda world, given: machine.balance(world)),
    _list("payout", _PAYOUTS, status=_PAYOUT_STATUS),
    _retrieve("payout", _PAYOUTS),
    _list("event", _EVENTS, type=_ID),
    _retrieve("event", _EVENTS),
)
