"""The proof that settlement and books tell the same story: statements + unclaimed lines = what the books say vendors earned."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from shop.ledger import accounts
from shop.ledger.models import Account, JournalEntry, Posting
from shop.ledger.queries import under
from shop.settlements.models import SettlementLine, Statement, StatementState


@dataclass(frozen=True)
class VendorProof:
    """One vendor's sums; `off_won` is 0 where everything agrees."""

    vendor_id: int
    statements_won: int
    unclaimed_won: int
    ledger_won: int

    @property
    def off_won(self) -> int:
        return self.ledger_won - self.statements_won - self.unclaimed_won


def prove_vendors(session: Session, *, through: date | None = None) -> list[VendorProof]:
    """Compare by vendor, of everything effective up to a day: stated + unclaimed lines against the books."""
    earned = earned_by_vendor(session, through=through)
    stated = _sum_lines(session, through, claimed=True)
    unclaimed = _sum_lines(session, through, claimed=False)
    vendors = sorted({*earned, *stated, *unclaimed})
    return [VendorProof(v, stated.get(v, 0), unclaimed.get(v, 0), earned.get(v, 0)) for v in vendors]


def earned_by_vendor(session: Session, *, through: date | None = None) -> dict[int, int]:
    """What the books credited to each vendor for sales less what refunds took back.

    Movements of payable and debt in entries that do not touch payouts in transit: a payout moves money, it earns none.
    """
    movement = select(Account.code, cast(-func.sum(Posting.amount_won), BigInteger)).join(
        Account, Account.id == Posting.account_id
    )
    movement = movement.where(
        under(accounts.PAYABLE_PREFIX) | under(accounts.DEBT_PREFIX), Posting.entry_id.not_in(payout_entries())
    )
    if through is not None:
        movement = movement.join(JournalEntry, JournalEntry.id == Posting.entry_id).where(JournalEntry.effective_on <= through)
    earned: dict[int, int] = {}
    for code, won in session.execute(movement.group_by(Account.code)):
        vendor_id = int(code.rsplit(":", 1)[1])
        earned[vendor_id] = earned.get(vendor_id, 0) + won
    return earned


def payout_entries():  # type: ignore[no-untyped-def]
    """A subquery of the entries that send money to vendors, take it back, or see it at the bank."""
    in_transit = select(Account.id).where(Account.code == accounts.PAYOUTS_IN_TRANSIT)
    return select(Posting.entry_id).where(Posting.account_id.in_(in_transit)).scalar_subquery()


def find_wrong_statements(session: Session) -> list[str]:
    """Numbers of statements whose net is not the sum of the lines that carry their stamp: empty in a sound house."""
    lines = (
        select(SettlementLine.statement_id, cast(func.sum(SettlementLine.net_won), BigInteger).label("won"))
        .where(SettlementLine.statement_id.is_not(None))
        .group_by(SettlementLine.statement_id)
        .subquery()
    )
    query = (
        select(Statement.number)
        .join(lines, lines.c.statement_id == Statement.id, isouter=True)
        .where(Statement.state != StatementState.CANCELED, Statement.net_won != func.coalesce(lines.c.won, 0))
    )
    return list(session.scalars(query.order_by(Statement.number)))


def _sum_lines(session: Session, through: date | None, *, claimed: bool) -> dict[int, int]:
    stamp = SettlementLine.statement_id
    query = select(SettlementLine.vendor_id, cast(func.sum(SettlementLine.net_won), BigInteger))
    query = query.where(stamp.is_not(None) if claimed else stamp.is_(None)).group_by(SettlementLine.vendor_id)
    if through is not None:
        query = query.where(SettlementLine.effective_on <= through)
    return dict(session.execute(query).all())
