"""Brings another till's history into orders, ledger and stock movements, batch by batch, so that it can be stopped and run again.

A batch is one unit of work: its rows, and the count of rows done, stand together or not at all. The money side is one clearing
account of the old till; a hall sale is confirmed at the till, so vendors are owed at once.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop.carts.models import DeliveryWay
from shop.catalog.models import TaxClass
from shop.hall.models import ImportState, OtherRow, Outcome, SalesImport
from shop.hall.rules import Fate, TillRow, judge
from shop.kernel.bulk import insert_many, take_ids
from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict
from shop.kernel.locks import lock_row
from shop.kernel.money import share_bps, vat_inside, vat_on
from shop.ledger.accounts import COMMISSION, OWN_SALES, VAT_OUTPUT, old_till, vendor_debt, vendor_payable
from shop.ledger.entries import Entry, Line
from shop.ledger.models import Account, AccountBalance
from shop.ledger.posting import lock_chain, post_entries
from shop.orders.models import Channel, FulfilmentState, Order, OrderKind, OrderLine, OrderState, VendorOrder
from shop.stock.models import MovementKind, StockMovement
from shop.vendors.commissions import load_agreements
from shop.vendors.models import CommissionAgreement
from shop.vendors.rules import pick

BATCH_ROWS = 20_000


class ImportOfOtherFile(Conflict):
    """This source was begun with another file; going on would mix two histories."""


@dataclass(frozen=True)
class Goods:
    """What a stock code stands for in the hall."""

    vendor_id: int
    variant_id: int


@dataclass
class Invoice:
    """The rows of one invoice (in one month) that become one order."""

    reference: str
    kind: OrderKind
    at: datetime
    lines: list[TillRow] = field(default_factory=list)
    postage_won: int = 0


@dataclass
class Batch:
    """Rows of whole invoices, sorted into what they become."""

    invoices: list[Invoice] = field(default_factory=list)
    corrections: list[TillRow] = field(default_factory=list)
    others: list[tuple[TillRow, Outcome, str]] = field(default_factory=list)
    last_row: int = 0


def begin_import(session: Session, *, source: str, file_hash: str, now: datetime) -> SalesImport:
    """Open the import of a source, or take it up where it stopped.

    Raises:
        ImportOfOtherFile: the source is known with another file.
    """
    known = session.scalar(select(SalesImport).where(SalesImport.source == source))
    if known is None:
        known = SalesImport(source=source, file_hash=file_hash, started_at=now)
        session.add(known)
        session.flush()
    if known.file_hash != file_hash:
        raise ImportOfOtherFile(source=source)
    return known


def finish_import(session: Session, *, import_id: int, now: datetime) -> None:
    """Note that every row is accounted for."""
    running = lock_row(session, SalesImport, import_id)
    assert running
    if running.state is ImportState.RUNNING:
        running.state, running.finished_at = ImportState.DONE, now


def make_batches(rows: Iterable[TillRow], vendor_codes: Mapping[str, object], *, done: int) -> Iterator[Batch]:
    """Cut the rows after `done` into batches of whole invoices, sorted into what they become."""
    fresh = islice(rows, done, None)
    batch = Batch()
    for (reference, _month), group in groupby(fresh, key=lambda row: (row.invoice, row.month)):
        invoice: Invoice | None = None
        for row in group:
            invoice = _sort_row(batch, invoice, reference, row, vendor_codes)
            batch.last_row = row.number
        if batch.last_row - done >= BATCH_ROWS:
            yield batch
            done, batch = batch.last_row, Batch()
    if batch.last_row:
        yield batch


def _sort_row(batch: Batch, invoice: Invoice | None, reference: str, row: TillRow, codes: Mapping[str, object]) -> Invoice | None:
    fate, reason = judge(row, codes)
    if fate is Fate.SET_ASIDE:
        batch.others.append((row, Outcome.SET_ASIDE, reason))
        return invoice
    if fate is Fate.STOCK:
        batch.others.append((row, Outcome.STOCK, reason))
        batch.corrections.append(row)
        return invoice
    if invoice is None:
        kind = OrderKind.RETURN if row.invoice.startswith("C") else OrderKind.SALE
        invoice = Invoice(reference, kind, row.at)
        batch.invoices.append(invoice)
    if fate is Fate.SERVICE:
        batch.others.append((row, Outcome.SERVICE, reason))
        invoice.postage_won += row.amount_won
    else:
        invoice.lines.append(row)
    return invoice


def import_batch(
    session: Session, *, import_id: int, batch: Batch, goods: Mapping[str, Goods], location_id: int, now: datetime,
) -> None:
    """Write one batch: orders, lines, ledger entries, stock movements, other rows, and the count of rows done.

    Safe to call twice: a batch that the import already holds is skipped under the import's lock.
    """
    running = lock_row(session, SalesImport, import_id)
    assert running
    if batch.last_row <= running.rows_done:
        return
    _write_others(session, import_id, batch)
    _write_corrections(session, running.source, batch, goods, location_id)
    entries = _write_orders(session, running.source, batch, goods)
    running.rows_done = batch.last_row
    session.flush()
    post_entries(session, entries, now=now)


def _write_others(session: Session, import_id: int, batch: Batch) -> None:
    ids = take_ids(session, OtherRow.__table__, len(batch.others))  # type: ignore[arg-type]
    columns = ("id", "import_id", "row_number", "invoice", "stock_code", "month", "amount_won", "outcome", "reason")
    insert_many(session, OtherRow.__table__, columns, (  # type: ignore[arg-type]
        (key, import_id, row.number, row.invoice, row.stock_code, row.month, row.amount_won, outcome, reason)
        for key, (row, outcome, reason) in zip(ids, batch.others, strict=True)
    ))


def _write_corrections(session: Session, source: str, batch: Batch, goods: Mapping[str, Goods], location_id: int) -> None:
    ids = take_ids(session, StockMovement.__table__, len(batch.corrections))  # type: ignore[arg-type]
    columns = ("id", "at", "variant_id", "location_id", "kind", "quantity", "reference", "reason")
    insert_many(session, StockMovement.__table__, columns, (  # type: ignore[arg-type]
        (key, row.at, goods[row.stock_code].variant_id, location_id, MovementKind.CORRECTION, row.quantity,
         f"import:{source}:{row.number}", row.description[:200])
        for key, row in zip(ids, batch.corrections, strict=True)
    ))


@dataclass(frozen=True, slots=True)
class _Priced:
    row: TillRow
    vendor_id: int
    agreement: CommissionAgreement
    commission_won: int
    commission_vat_won: int

    @property
    def net_won(self) -> int:
        return self.row.amount_won - self.commission_won - self.commission_vat_won


class _Terms:
    """Commission terms by vendor and instant, each looked up once."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._agreements = load_agreements(session, at)
        self._found: dict[int, CommissionAgreement] = {}

    def price(self, row: TillRow, vendor_id: int) -> _Priced:
        agreement = self._found.get(vendor_id)
        if agreement is None:
            agreement = pick(self._agreements, vendor_id, None, Channel.HALL)  # pyright: ignore[reportArgumentType]  (as in commissions)
            self._found[vendor_id] = agreement
        commission = share_bps(row.amount_won, agreement.bps)
        return _Priced(row, vendor_id, agreement, commission, vat_on(commission))


ORDER_COLUMNS = ("id", "number", "token", "kind", "channel", "state", "locale", "goods_won", "parcel_won", "discount_won",
                 "total_won", "placed_at", "paid_at", "source", "source_reference")
PART_COLUMNS = ("id", "order_id", "vendor_id", "way", "state", "parcel_won", "discount_won", "total_won", "seller",
                "fulfilled_at", "confirmed_at", "confirmed_by")
LINE_COLUMNS = ("id", "vendor_order_id", "vendor_id", "variant_id", "product_code", "name", "name_en", "label", "quantity",
                "unit_price_won", "list_won", "discount_won", "tax_class", "vat_won", "agreement_id", "commission_bps",
                "commission_won", "commission_vat_won", "net_won", "returned_quantity", "source_row")


def _write_orders(session: Session, source: str, batch: Batch, goods: Mapping[str, Goods]) -> list[Entry]:
    """Insert orders, vendor orders and lines, and return the entries to post."""
    if not batch.invoices:
        return []
    references = _free_references(session, source, batch.invoices)
    terms = _Terms(session, batch.invoices[0].at)
    lock_chain(session)  # the running payables below must hold until the entries are posted
    claims = _Claims(session)
    order_rows, part_rows, line_rows, entries = [], [], [], []
    order_ids = iter(take_ids(session, Order.__table__, len(batch.invoices)))  # type: ignore[arg-type]
    priced = [[terms.price(row, goods[row.stock_code].vendor_id) for row in invoice.lines] for invoice in batch.invoices]
    part_count = sum(len({p.vendor_id for p in lines}) for lines in priced)
    part_ids = iter(take_ids(session, VendorOrder.__table__, part_count))  # type: ignore[arg-type]
    line_ids = iter(take_ids(session, OrderLine.__table__, sum(map(len, priced))))  # type: ignore[arg-type]
    for invoice, reference, lines in zip(batch.invoices, references, priced, strict=True):
        order_id = next(order_ids)
        total = sum(p.row.amount_won for p in lines)
        order_rows.append((order_id, f"P{reference}", secrets.token_urlsafe(16), invoice.kind, Channel.HALL, OrderState.PAID,
                           "ko", total, invoice.postage_won, 0, total + invoice.postage_won, invoice.at, invoice.at, source,
                           reference))
        parts: dict[int, tuple[int, int]] = {}
        postings: list[Line] = []
        for line in lines:
            part_id, part_total = parts.get(line.vendor_id) or (next(part_ids), 0)
            parts[line.vendor_id] = part_id, part_total + line.row.amount_won
            line_id = next(line_ids)
            line_rows.append(_line_row(line_id, part_id, line, goods[line.row.stock_code].variant_id))
            postings += claims.postings(line, line_id)
        part_rows += [(part_id, order_id, vendor_id, DeliveryWay.PICKUP, FulfilmentState.CONFIRMED, 0, 0, part_total, {},
                       invoice.at, invoice.at, "till") for vendor_id, (part_id, part_total) in parts.items()]
        entries.append(_entry(source, reference, invoice, total + invoice.postage_won, postings))
    insert_many(session, Order.__table__, ORDER_COLUMNS, order_rows)  # type: ignore[arg-type]
    insert_many(session, VendorOrder.__table__, PART_COLUMNS, part_rows)  # type: ignore[arg-type]
    insert_many(session, OrderLine.__table__, LINE_COLUMNS, line_rows)  # type: ignore[arg-type]
    return entries


def _line_row(line_id: int, part_id: int, line: _Priced, variant_id: int) -> tuple[object, ...]:
    row = line.row
    unit_won = abs(row.amount_won) // max(1, abs(row.quantity))
    return (line_id, part_id, line.vendor_id, variant_id, row.stock_code, row.description[:160] or row.stock_code, "", "",
            row.quantity, unit_won, row.amount_won, 0, TaxClass.TAXABLE, vat_inside(row.amount_won), line.agreement.id,
            line.agreement.bps, line.commission_won, line.commission_vat_won, line.net_won, 0, row.number)


def _entry(source: str, reference: str, invoice: Invoice, total_won: int, postings: list[Line]) -> Entry:
    postage_vat = vat_inside(invoice.postage_won)
    return Entry.of(
        f"till:{source}:{reference}", kind="till_return" if invoice.kind is OrderKind.RETURN else "till_sale",
        effective_on=seoul_day(invoice.at),
        lines=[
            Line(old_till(source), total_won, channel=Channel.HALL.value),
            *postings,
            Line(OWN_SALES, postage_vat - invoice.postage_won, channel=Channel.HALL.value),
            Line(VAT_OUTPUT, -postage_vat, channel=Channel.HALL.value),
        ],
    )


class _Claims:
    """Running payable of each vendor, so that a return takes no more from it than is there; the rest is the vendor's debt."""

    def __init__(self, session: Session) -> None:
        balances = select(Account.code, AccountBalance.balance_won).join(Account, Account.id == AccountBalance.account_id)
        self._payable = {code: -balance for code, balance in session.execute(balances)}

    def postings(self, line: _Priced, line_id: int) -> list[Line]:
        where = (line.vendor_id, line_id, Channel.HALL.value)
        account = vendor_payable(line.vendor_id)
        there = self._payable.get(account, 0)
        net = line.net_won
        to_payable = max(net, -there)
        self._payable[account] = there + to_payable
        return [
            Line(account, -to_payable, *where),
            Line(vendor_debt(line.vendor_id), to_payable - net, *where),
            Line(COMMISSION, -line.commission_won, *where),
            Line(VAT_OUTPUT, -line.commission_vat_won, *where),
        ]


def _free_references(session: Session, source: str, invoices: list[Invoice]) -> list[str]:
    """A reference for each invoice; one that comes again (another month, or further down the file) gets `~2`, `~3`…"""
    wanted = {invoice.reference for invoice in invoices}
    same = [Order.source_reference.in_(wanted), Order.source_reference.like("%~%")]
    taken = set(session.scalars(select(Order.source_reference).where(Order.source == source, or_(*same))))
    references = []
    for invoice in invoices:
        reference, again = invoice.reference, 1
        while reference in taken:
            again += 1
            reference = f"{invoice.reference}~{again}"
        taken.add(reference)
        references.append(reference)
    return references


def count_rows_done(session: Session, import_id: int) -> int:
    """Rows the import already holds."""
    return session.scalar(select(SalesImport.rows_done).where(SalesImport.id == import_id)) or 0
