"""One order's money, followed from the shopper to each maker's bank account. Every amount is a sum of postings of its entries.

A part that is not confirmed yet shows what was agreed at the sale, and says that it is not owed yet.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from shop.ledger import accounts
from shop.ledger.models import Account, JournalEntry, Posting
from shop.orders.models import FulfilmentState, Order, OrderLine, VendorOrder
from shop.payments.models import Payment, Refund
from shop.payments.rules import is_surplus
from shop.reconciliation.models import ProcessorRow
from shop.settlements.models import Payout, SettlementLine, Statement
from shop.vendors.models import Dong, Vendor


@dataclass(frozen=True)
class MakerPart:
    """What one organisation gets of an order, and how far that has come."""

    vendor_id: int
    vendor_code: str
    name: str
    name_en: str
    dong: str
    dong_en: str
    owed_won: int  # goods less commission, with the parcel fee; net of what was taken back
    taken_back_won: int  # by returns
    is_expected: bool  # not confirmed yet: what was agreed, not what is owed
    is_canceled: bool
    confirmed_at: datetime | None
    approved_at: datetime | None
    paid_on: date | None


@dataclass(frozen=True)
class Trail:
    """Where the won of an order are. `makers` + commission + VAT = paid − given back + the centre's discount."""

    order_id: int
    paid_won: int
    returned_won: int
    paid_at: datetime | None
    makers: list[MakerPart]
    commission_won: int
    vat_won: int
    discount_won: int
    card_fee_won: int

    @property
    def makers_won(self) -> int:
        return sum(maker.owed_won for maker in self.makers)

    @property
    def is_returned(self) -> bool:
        return self.returned_won > 0

    @property
    def adds_up(self) -> bool:
        return self.makers_won + self.commission_won + self.vat_won == self.paid_won - self.returned_won + self.discount_won


def trace_order(session: Session, order_id: int) -> Trail | None:
    """Follow an order's won; None for an order that does not exist."""
    order = session.get(Order, order_id)
    if order is None:
        return None
    parts = list(session.scalars(select(VendorOrder).where(VendorOrder.order_id == order_id).order_by(VendorOrder.id)))
    payments = list(session.scalars(select(Payment).where(Payment.order_id == order_id)))
    refunds = [
        refund
        for refund in session.scalars(select(Refund).where(Refund.payment_id.in_([p.id for p in payments])))
        if not is_surplus(refund)
    ]
    given = _sum_by(session, [f"confirm:{part.id}" for part in parts])
    back = _sum_by(session, [f"refund:{refund.id}" for refund in refunds])
    expected = _expected(session, [part for part in parts if part.state is not FulfilmentState.CONFIRMED])
    paid = [payment for payment in payments if payment.paid_at is not None]
    return Trail(
        order_id=order_id,
        paid_won=sum(payment.amount_won for payment in paid),
        returned_won=sum(refund.amount_won for refund in refunds),
        paid_at=min((payment.paid_at for payment in paid if payment.paid_at), default=None),
        makers=_makers(session, parts, given, back, expected),
        commission_won=_word(given, back, accounts.COMMISSION) + sum(e.commission_won for e in expected.values()),
        vat_won=_word(given, back, accounts.VAT_OUTPUT) + sum(e.vat_won for e in expected.values()),
        discount_won=-_word(given, back, accounts.PROMOTIONS) + sum(e.discount_won for e in expected.values()),
        card_fee_won=_card_fee(session, payments, refunds),
    )


@dataclass
class _Expected:
    """What the frozen lines of a part agreed, less what was given back before its confirmation."""

    net_won: int = 0
    commission_won: int = 0
    vat_won: int = 0
    discount_won: int = 0


Sums = dict[tuple[str, int | None], int]  # (account without its owner, vendor) → credits less debits


def _sum_by(session: Session, references: Iterable[str]) -> Sums:
    query = (
        select(Account.code, Posting.vendor_id, cast(-func.sum(Posting.amount_won), BigInteger))
        .join(Posting, Posting.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(JournalEntry.reference.in_(list(references)))
        .group_by(Account.code, Posting.vendor_id)
    )
    sums: Sums = defaultdict(int)
    for code, vendor_id, won in session.execute(query):
        sums[_without_owner(code), vendor_id] += won
    return sums


def _without_owner(code: str) -> str:
    return "vendor" if code.startswith(accounts.OWNED_PREFIXES) else code


def _word(given: Sums, back: Sums, account: str) -> int:
    return sum(won for sums in (given, back) for (code, _), won in sums.items() if code == account)


def _expected(session: Session, parts: list[VendorOrder]) -> dict[int, _Expected]:
    """By vendor order, of parts that are still on their way; canceled ones expect nothing."""
    found = {part.id: _Expected(net_won=part.parcel_won) for part in parts if part.state is not FulfilmentState.CANCELED}
    lines = list(session.scalars(select(OrderLine).where(OrderLine.vendor_order_id.in_(found))))
    early = select(Refund).where(Refund.order_line_id.in_([line.id for line in lines]), Refund.was_confirmed.is_(False))
    taken = defaultdict(list)
    for refund in session.scalars(early):
        taken[refund.order_line_id].append(refund)
    for line in lines:
        sums, gone = found[line.vendor_order_id], taken[line.id]
        sums.net_won += line.net_won - sum(r.net_won for r in gone)
        sums.commission_won += line.commission_won - sum(r.commission_won for r in gone)
        sums.vat_won += line.commission_vat_won - sum(r.commission_vat_won for r in gone)
        sums.discount_won += line.discount_won - sum(r.discount_won for r in gone)
    return found


def _makers(
    session: Session, parts: list[VendorOrder], given: Sums, back: Sums, expected: dict[int, _Expected]
) -> list[MakerPart]:
    """One row a vendor, in the order of its parts."""
    query = select(Vendor, Dong).join(Dong, Dong.code == Vendor.dong_code, isouter=True)
    who = {
        vendor.id: (vendor, dong) for vendor, dong in session.execute(query.where(Vendor.id.in_({p.vendor_id for p in parts})))
    }
    paid = _payouts(session, parts)
    made = []
    for vendor_id in dict.fromkeys(part.vendor_id for part in parts):
        vendor, dong = who[vendor_id]
        mine = [part for part in parts if part.vendor_id == vendor_id]
        waiting = sum(expected[part.id].net_won for part in mine if part.id in expected)
        taken_back = -back.get(("vendor", vendor_id), 0)
        confirmed = [part.confirmed_at for part in mine if part.confirmed_at]
        approved_at, paid_on = paid.get(vendor_id, (None, None))
        made.append(
            MakerPart(
                vendor_id,
                vendor.code,
                vendor.name,
                vendor.name_en,
                dong.name if dong else "",
                dong.name_en if dong else "",
                owed_won=given.get(("vendor", vendor_id), 0) + waiting - taken_back,
                taken_back_won=taken_back,
                is_expected=any(part.id in expected for part in mine),
                is_canceled=all(part.state is FulfilmentState.CANCELED for part in mine),
                confirmed_at=max(confirmed, default=None),
                approved_at=approved_at,
                paid_on=paid_on,
            )
        )
    return made


def _payouts(session: Session, parts: list[VendorOrder]) -> dict[int, tuple[datetime | None, date | None]]:
    """By vendor, when the payout with its earnings of this order was approved and when the bank paid it: the last one's."""
    query = (
        select(SettlementLine.vendor_id, Payout.approved_at, Payout.paid_on)
        .join(Statement, Statement.id == SettlementLine.statement_id)
        .join(Payout, Payout.id == Statement.payout_id)
        .where(SettlementLine.vendor_order_id.in_([part.id for part in parts]), SettlementLine.refund_id.is_(None))
        .distinct()
    )
    found: dict[int, tuple[datetime | None, date | None]] = {}
    for vendor_id, approved_at, paid_on in session.execute(query):
        known = found.get(vendor_id)
        if known is None or (known[1] is not None and (paid_on is None or paid_on > known[1])):
            found[vendor_id] = (approved_at, paid_on)
    return found


def _card_fee(session: Session, payments: list[Payment], refunds: list[Refund]) -> int:
    """What the processor kept for this order's charges and refunds; the centre bears it."""
    sources = [p.charge_id for p in payments if p.charge_id] + [r.provider_id for r in refunds if r.provider_id]
    if not sources:
        return 0
    rows = list(session.scalars(select(ProcessorRow.id).where(ProcessorRow.source_id.in_(sources))))
    fees = _sum_by(session, [f"processor:{row}" for row in rows])
    return -sum(won for (code, _), won in fees.items() if code == accounts.PROCESSOR_FEES)
