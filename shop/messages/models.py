"""The outbox table."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.crypto import SealedJson, SealedText
from shop.kernel.db import Id, Instant, Model, state_column


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # tried too often; staff see it


MESSAGE_TRANSITIONS: dict[MessageState, set[MessageState]] = {
    MessageState.WAITING: {MessageState.SENT, MessageState.FAILED},
    MessageState.FAILED: {MessageState.WAITING},  # staff send it again
    MessageState.SENT: set(),
}


class Message(Model):
    """One mail to one address. The row is the truth; the job queue only wakes the sender."""

    __tablename__ = "message"
    __table_args__ = (Index("ix__message__due", "state", "next_at"),)

    id: Mapped[Id]
    dedupe: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(5))
    recipient: Mapped[str] = mapped_column(SealedText)
    context: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # names, addresses, links that open things
    state: Mapped[MessageState] = mapped_column(state_column(MessageState), default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[Instant]
    created_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")
    subject: Mapped[str | None] = mapped_column(SealedText)
    body: Mapped[str | None] = mapped_column(SealedText)
