"""Builders for the money rooms: confirmed orders with their books, as the order room leaves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from shop.carts.models import DeliveryWay
from shop.catalog.models import TaxClass
from shop.kernel.clock import seoul_day
from shop.kernel.money import share_bps, vat_on
from shop.ledger import accounts
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.posting import post_entry
from shop.orders.models import Channel, FulfilmentState, Order, OrderKind, OrderLine, OrderState, VendorOrder
from shop.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState
from shop.settlements.lines import pull_lines
from shop.settlements.models import Payout
from shop.settlements.payouts import approve_payout, prepare_payouts
from shop.settlements.statements import approve_statements, issue_statements

_numbers = count(1)


@dataclass
class Sale:
    """Ids of one vendor's confirmed part of an order."""

    order_id: int
    vendor_order_id: int
    line_ids: list[int]
    payment_id: int
    net_won: int


def make_sale(
    session: Session,
    vendor_id: int,
    *,
    at: datetime,
    prices: Sequence[int] = (10_000,),
    parcel: int = 0,
    posts: bool = True,
    kind: OrderKind = OrderKind.SALE,
    bps: int = 1000,
    confirmed: bool = True,
) -> Sale:
    """One vendor's order, paid to the bank and confirmed at an instant; `posts` writes its confirmation into the books."""
    number, sign = next(_numbers), -1 if kind is OrderKind.RETURN else 1
    goods = sign * sum(prices)
    order = Order(
        number=f"J261118-{number:04d}",
        token="t",
        kind=kind,
        channel=Channel.WEB,
        state=OrderState.PAID,
        goods_won=goods,
        parcel_won=parcel,
        discount_won=0,
        total_won=goods + parcel,
        placed_at=at,
        paid_at=at,
    )
    session.add(order)
    session.flush()
    part = VendorOrder(
        order_id=order.id,
        vendor_id=vendor_id,
        way=DeliveryWay.PARCEL,
        parcel_won=parcel,
        total_won=goods + parcel,
        seller={},
        state=FulfilmentState.CONFIRMED if confirmed else FulfilmentState.SHIPPED,
        confirmed_at=at if confirmed else None,
    )
    session.add(part)
    session.flush()
    lines = [make_line(session, part, sign * price, bps) for price in prices]
    payment_id = 0
    if goods + parcel > 0:
        payment = Payment(
            order_id=order.id,
            method=PaymentMethod.BANK_TRANSFER,
            state=PaymentState.PAID,
            amount_won=goods + parcel,
            created_at=at,
            paid_at=at,
            asset_account=accounts.bank("jb1"),
        )
        session.add(payment)
        session.flush()
        payment_id = payment.id
    net = sum(line.net_won for line in lines) + parcel
    if posts and confirmed:
        post_confirmation(session, part, lines, parcel, at)
    return Sale(order.id, part.id, [line.id for line in lines], payment_id, net)


def make_line(session: Session, part: VendorOrder, won: int, bps: int = 1000) -> OrderLine:
    """A frozen order line of one unit."""
    commission = share_bps(won, bps)
    vat = vat_on(commission)
    line = OrderLine(
        vendor_order_id=part.id,
        vendor_id=part.vendor_id,
        product_code="p",
        name="전주한지 수제노트",
        quantity=1 if won > 0 else -1,
        unit_price_won=abs(won),
        list_won=won,
        tax_class=TaxClass.TAXABLE,
        vat_won=0,
        commission_bps=bps,
        commission_won=commission,
        commission_vat_won=vat,
        net_won=won - commission - vat,
    )
    session.add(line)
    session.flush()
    return line


def post_confirmation(session: Session, part: VendorOrder, lines: Sequence[OrderLine], parcel: int, at: datetime) -> None:
    """The capture and the confirmation in one entry: bank against vendor and commission (a return the other way round)."""
    vendor, total = part.vendor_id, sum(line.list_won for line in lines) + parcel
    net, commission = sum(line.net_won for line in lines) + parcel, sum(line.commission_won for line in lines)
    vat = sum(line.commission_vat_won for line in lines)
    add, take = (debit, credit) if total > 0 else (credit, debit)
    owed = accounts.vendor_payable(vendor) if total > 0 else accounts.vendor_debt(vendor)
    post_entry(
        session,
        Entry.of(
            f"confirm:{part.id}",
            kind="confirm",
            effective_on=seoul_day(at),
            lines=[
                add(accounts.bank("jb1"), abs(total), vendor),
                take(owed, abs(net), vendor),
                take(accounts.COMMISSION, abs(commission), vendor),
                take(accounts.VAT_OUTPUT, abs(vat), vendor),
            ],
        ),
        now=at,
    )


def make_refund(session: Session, sale: Sale, *, at: datetime, won: int, confirmed: bool = True, posts: bool = True) -> Refund:
    """A refund of part of a sale's first line, booked against the vendor's payable or debt."""
    line = session.get(OrderLine, sale.line_ids[0])
    assert line
    commission = share_bps(won, line.commission_bps)
    vat = vat_on(commission)
    refund = Refund(
        payment_id=sale.payment_id,
        order_line_id=line.id,
        vendor_order_id=line.vendor_order_id,
        quantity=1,
        amount_won=won,
        commission_won=commission,
        commission_vat_won=vat,
        net_won=won - commission - vat,
        state=RefundState.DUE,
        reason="반품",
        was_confirmed=confirmed,
        idempotency_key=f"refund-{next(_numbers)}",
        created_at=at,
    )
    session.add(refund)
    session.flush()
    if posts and confirmed:
        from shop.ledger.posting import split_vendor_claim

        payable, debt = split_vendor_claim(session, line.vendor_id, refund.net_won)
        post_entry(
            session,
            Entry.of(
                f"refund:{refund.id}",
                kind="refund",
                effective_on=seoul_day(at),
                lines=[
                    debit(accounts.vendor_payable(line.vendor_id), payable, line.vendor_id),
                    debit(accounts.vendor_debt(line.vendor_id), debt, line.vendor_id),
                    debit(accounts.COMMISSION, commission),
                    debit(accounts.VAT_OUTPUT, vat),
                    credit(accounts.REFUNDS_DUE, won),
                ],
            ),
            now=at,
        )
    return refund


def make_approved_statements(session: Session, *, now: datetime, actor_id: int) -> list[int]:
    """Everything confirmed up to today, pulled, stated and approved."""
    day = seoul_day(now)
    pull_lines(session, through=day, now=now)
    ids = issue_statements(session, month=day.isoformat()[:7], now=now, again=True)
    approve_statements(session, statement_ids=ids, actor_id=actor_id, now=now, reason="test")
    return ids


def make_approved_payout(
    session: Session, vendor_id: int, *, now: datetime, preparer: int, approver: int, won: int = 10_000
) -> int:
    """A sale's whole way to an approved payout."""
    make_sale(session, vendor_id, at=now - timedelta(days=1), prices=(won,))
    make_approved_statements(session, now=now, actor_id=approver)
    made = prepare_payouts(session, actor_id=preparer, now=now).payout_ids
    payout_id = next(number for number in made if session.get_one(Payout, number).vendor_id == vendor_id)
    approve_payout(session, payout_id=payout_id, actor_id=approver, now=now)
    return payout_id
