"""The outbox: a mail is a row, written in the transaction of its cause. Sending is a job's work (`sending.py`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.messages.catalogue import check_context
from shop.messages.models import Message


def enqueue(
    session: Session, *, template: str, to: str, locale: str, context: Mapping[str, Any], dedupe: str, now: datetime,
) -> int:
    """Put one mail into the outbox and return its id; the same `dedupe` again returns the first mail's id.

    `context` holds plain JSON values with the keys `catalogue.CONTEXTS` names for the template.
    Two writers racing with one `dedupe` meet at the unique key, inside a savepoint.
    """
    check_context(template, context)
    known = select(Message.id).where(Message.dedupe == dedupe)
    if (found := session.scalar(known)) is not None:
        return found
    message = Message(
        dedupe=dedupe, template=template, locale=locale if locale in ("ko", "en") else "ko", recipient=to,
        context=dict(context), next_at=now, created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        winner = session.scalar(known)
        assert winner is not None
        return winner
    return message.id
