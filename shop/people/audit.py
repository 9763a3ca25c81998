"""The audit trail: every change by a person is one row, written in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.kernel.logs import request_id
from shop.people.models import AuditEvent, User


def record(
    session: Session, *, actor_id: int | None, action: str, subject: tuple[str, object],
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None, reason: str = "", now: datetime,
) -> None:
    """Write who changed what: `subject` is a kind and an id, `before` and `after` plain JSON values.

    The actor's name is kept beside the id, so that the trail stays readable after the account is gone.
    """
    actor = session.get(User, actor_id) if actor_id else None
    session.add(AuditEvent(
        at=now, actor_id=actor_id, actor_label=actor.name if actor else "", action=action,
        subject_kind=subject[0], subject_id=str(subject[1]), before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None, reason=reason[:500], request_id=request_id(),
    ))
