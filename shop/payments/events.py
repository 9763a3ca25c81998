"""What a processor tells us by itself: stored once under its own id, then a reason to go and look. Nothing in it is believed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.kernel.db import unit_of_work
from shop.payments import card, models
from shop.payments.providers import CardProvider, ProviderEvent, ProviderRejected

Handler = Callable[[CardProvider, ProviderEvent, datetime], str]
KNOWN, IGNORED = "already handled", "ignored"


def receive_event(provider: CardProvider, event: ProviderEvent, *, now: datetime) -> str:
    """Store a proven event and act on it; the same event again changes nothing. Returns its outcome in words.

    Raises:
        ProviderUnavailable: stored and not handled; the processor sends it again.
    """
    with unit_of_work() as session:
        row = _store(session, provider.name, event, now)
        if row.handled_at is not None:
            return KNOWN
    handler = HANDLERS.get(event.type)
    outcome = handler(provider, event, now) if handler else IGNORED
    with unit_of_work() as session:
        row = session.get_one(models.ProviderEvent, event.id)
        row.handled_at, row.outcome = now, outcome[:120]
    return outcome


def _store(session: Session, provider: str, event: ProviderEvent, now: datetime) -> models.ProviderEvent:
    """The event's row; only ids are kept of it, no personal data."""
    known = session.get(models.ProviderEvent, event.id)
    if known is not None:
        return known
    ids = {"object": event.object_kind, "object_id": event.object_id, "session_id": event.session_id,
           "intent_id": event.intent_id, "order_number": event.order_number, "created_at": event.created_at.isoformat()}
    row = models.ProviderEvent(id=event.id, provider=provider, kind=event.type, received_at=now, payload=ids)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        session.expire_all()
        return session.get_one(models.ProviderEvent, event.id)
    return row


def _look_at_checkout(provider: CardProvider, event: ProviderEvent, now: datetime) -> str:
    if not event.session_id:
        return "no page"
    try:
        settlement = card.learn_checkout(provider, session_id=event.session_id, now=now)
    except ProviderRejected as refusal:
        return f"unknown page: {refusal.data.get('provider_code', '')}"
    return settlement.outcome.value if settlement else "nothing to take in"


def _look_at_refund(provider: CardProvider, event: ProviderEvent, now: datetime) -> str:
    if event.object_kind != "refund":
        return "no refund"
    try:
        state = card.learn_refund(provider, provider_refund_id=event.object_id, now=now)
    except ProviderRejected as refusal:
        return f"unknown refund: {refusal.data.get('provider_code', '')}"
    return f"refund {state.value}" if state else "not our refund"


HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": _look_at_checkout,
    "checkout.session.async_payment_succeeded": _look_at_checkout,
    "checkout.session.async_payment_failed": _look_at_checkout,
    "checkout.session.expired": _look_at_checkout,
    "refund.updated": _look_at_refund,
    "refund.failed": _look_at_refund,
}
