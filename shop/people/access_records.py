"""The record of who read somebody's personal data, kept at least a year. A reading that cannot be recorded does not happen."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop.people.models import AccessRecord


def record_access(
    session: Session, *, user_id: int | None, vendor_id: int | None, action: str, subject: tuple[str, object], ip: str,
    now: datetime,
) -> None:
    """Write one reading: who, for which vendor, from where, whose data (`subject`: kind and id), for what work (`action`).

    Source: 개인정보의 안전성 확보조치 기준 §8 (account, time, place, whose data, what was done).
    """
    session.add(AccessRecord(
        at=now, user_id=user_id, vendor_id=vendor_id, ip=ip[:45], action=action,
        subject_kind=subject[0], subject_id=str(subject[1]),
    ))
