"""Commission agreements in force at an instant. Rows are dated and never edited once used."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop.vendors import rules
from shop.vendors.models import AgreementState, CommissionAgreement


def load_agreements(session: Session, at: datetime) -> list[CommissionAgreement]:
    """The approved agreements in force at an instant, in the order in which they are asked. `valid_to` is exclusive."""
    return list(session.scalars(
        select(CommissionAgreement)
        .where(CommissionAgreement.state == AgreementState.APPROVED, CommissionAgreement.valid_from <= at,
               or_(CommissionAgreement.valid_to.is_(None), CommissionAgreement.valid_to > at))
        .order_by(CommissionAgreement.rank, CommissionAgreement.id)
    ))


def resolve_agreement(
    session: Session, *, vendor_id: int, category_id: int | None, channel: str, at: datetime,
) -> CommissionAgreement:
    """The agreement that applies to a sale at its instant: first match in rank order.

    Raises:
        AgreementsBroken: the agreements in force are not usable.
    """
    agreements = load_agreements(session, at)
    return rules.pick(agreements, vendor_id, category_id, channel)  # pyright: ignore[reportArgumentType]  (Mapped in a Protocol)
