"""Reads of the outbox for staff, newest first."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.messages.models import Message, MessageState


def list_messages(
    session: Session, *, before_id: int | None = None, state: MessageState | None = None, limit: int = 50,
) -> list[Message]:
    """Messages of the outbox, of one state if given."""
    query = select(Message).order_by(Message.id.desc()).limit(limit)
    if before_id:
        query = query.where(Message.id < before_id)
    if state:
        query = query.where(Message.state == state)
    return list(session.scalars(query))


def get_message(session: Session, message_id: int) -> Message | None:
    """One message."""
    return session.get(Message, message_id)


def count_failed(session: Session) -> int:
    """Messages that were given up and wait for somebody to look."""
    return session.scalar(select(func.count()).where(Message.state == MessageState.FAILED)) or 0
