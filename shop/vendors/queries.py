"""Reads of organisations, their teams, papers, bank accounts and agreements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from shop.people.models import User
from shop.vendors.models import (
    AgreementState,
    BankDetail,
    Certification,
    CommissionAgreement,
    Dong,
    Membership,
    Vendor,
    VendorState,
)

PAGE = 50
WAITING = (VendorState.APPLIED, VendorState.IMPORTED)


def get_vendor_by_code(session: Session, code: str) -> Vendor | None:
    """The vendor of a code, or None."""
    return session.scalar(select(Vendor).where(Vendor.code == code))


def get_vendor(session: Session, vendor_id: int) -> Vendor | None:
    """The vendor of an id, or None."""
    return session.get(Vendor, vendor_id)


def list_dongs(session: Session) -> list[Dong]:
    """All dongs, by gu and name."""
    return list(session.scalars(select(Dong).order_by(Dong.gu, Dong.name)))


def list_vendor_choices(session: Session) -> list[tuple[int, str]]:
    """Id and name of every approved vendor, by name."""
    rows = session.execute(select(Vendor.id, Vendor.name).where(Vendor.state == VendorState.APPROVED).order_by(Vendor.name))
    return [(vendor_id, name) for vendor_id, name in rows]


def get_names(session: Session, vendor_ids: set[int]) -> dict[int, str]:
    """Names by id, whatever the state."""
    query = select(Vendor.id, Vendor.name).where(Vendor.id.in_(sorted(vendor_ids)))
    return {row.id: row.name for row in session.execute(query)}


def find_application(session: Session, user_id: int) -> Vendor | None:
    """The person's own organisation that is not let in yet: applied, sent back, or imported."""
    return session.scalar(
        select(Vendor).join(Membership, Membership.vendor_id == Vendor.id)
        .where(Membership.user_id == user_id, Vendor.state.in_([*WAITING, VendorState.RETURNED]))
        .order_by(Vendor.id.desc()).limit(1)
    )


def list_waiting_vendors(session: Session, *, after: tuple[datetime, int] | None = None, limit: int = PAGE) -> list[Vendor]:
    """Organisations that wait for a review, the longest waiting first; keyset by (applied_at, id)."""
    query = select(Vendor).where(Vendor.state.in_(WAITING)).order_by(Vendor.applied_at, Vendor.id).limit(limit)
    if after:
        query = query.where(or_(Vendor.applied_at > after[0], (Vendor.applied_at == after[0]) & (Vendor.id > after[1])))
    return list(session.scalars(query))


def count_waiting_vendors(session: Session) -> int:
    """How many organisations wait for a review."""
    return session.scalar(select(func.count()).select_from(Vendor).where(Vendor.state.in_(WAITING))) or 0


def list_certifications(session: Session, vendor_id: int) -> list[Certification]:
    """An organisation's certificates, the newest first, verified or not."""
    return list(session.scalars(
        select(Certification).where(Certification.vendor_id == vendor_id).order_by(Certification.id.desc())))


def list_unverified_certifications(session: Session, limit: int = PAGE) -> list[Row[Certification, str]]:
    """Certificates nobody has verified yet, with the organisation's name, the oldest first."""
    return list(session.execute(
        select(Certification, Vendor.name).join(Vendor, Vendor.id == Certification.vendor_id)
        .where(Certification.verified_on.is_(None)).order_by(Certification.id).limit(limit)))


def list_bank_details(session: Session, vendor_id: int) -> list[BankDetail]:
    """An organisation's bank accounts that are not retired, the newest first."""
    return list(session.scalars(
        select(BankDetail).where(BankDetail.vendor_id == vendor_id, BankDetail.retired_at.is_(None))
        .order_by(BankDetail.id.desc())))


def _unverified(query: Select[BankDetail, Vendor]) -> Select[BankDetail, Vendor]:
    return query.join(Vendor, Vendor.id == BankDetail.vendor_id).where(
        BankDetail.verified_at.is_(None), BankDetail.retired_at.is_(None))


def list_unverified_accounts(session: Session, limit: int = PAGE) -> list[Row[BankDetail, Vendor]]:
    """Bank accounts that wait to be verified, the oldest first."""
    return list(session.execute(_unverified(select(BankDetail, Vendor)).order_by(BankDetail.id).limit(limit)))


def get_unverified_account(session: Session, bank_detail_id: int) -> Row[BankDetail, Vendor] | None:
    """One bank account that waits to be verified, with its organisation."""
    return session.execute(_unverified(select(BankDetail, Vendor)).where(BankDetail.id == bank_detail_id)).one_or_none()


def list_team(session: Session, vendor_id: int) -> list[Row[Membership, User]]:
    """The members of a team with their accounts, in the order they came."""
    return list(session.execute(
        select(Membership, User).join(User, User.id == Membership.user_id)
        .where(Membership.vendor_id == vendor_id).order_by(Membership.id)))


def list_my_vendors(session: Session, user_id: int) -> list[Row[int, str]]:
    """Id and name of every organisation of whose team a person is."""
    return list(session.execute(
        select(Vendor.id, Vendor.name).join(Membership, Membership.vendor_id == Vendor.id)
        .where(Membership.user_id == user_id).order_by(Vendor.name)))


@dataclass(frozen=True)
class AgreementRow:
    """An agreement with the names a list shows."""

    agreement: CommissionAgreement
    vendor_name: str | None
    proposer: str | None
    approver: str | None


def list_agreements(session: Session, *, state: AgreementState, limit: int = 200) -> list[AgreementRow]:
    """Agreements of one state in the order in which they are asked."""
    return [AgreementRow(*row) for row in session.execute(
        _agreements().where(CommissionAgreement.state == state)
        .order_by(CommissionAgreement.rank, CommissionAgreement.valid_from, CommissionAgreement.id).limit(limit))]


def get_agreement(session: Session, agreement_id: int) -> AgreementRow | None:
    """One agreement with its names, or None."""
    row = session.execute(_agreements().where(CommissionAgreement.id == agreement_id)).one_or_none()
    return AgreementRow(*row) if row else None


def _agreements() -> Select[CommissionAgreement, str, Any, Any]:
    proposer, approver = select(User.id, User.name).subquery(), select(User.id, User.name).subquery()
    return (
        select(CommissionAgreement, Vendor.name, proposer.c.name, approver.c.name)
        .outerjoin(Vendor, Vendor.id == CommissionAgreement.vendor_id)
        .outerjoin(proposer, proposer.c.id == CommissionAgreement.proposed_by)
        .outerjoin(approver, approver.c.id == CommissionAgreement.approved_by)
    )
