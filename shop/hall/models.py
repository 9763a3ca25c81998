"""Tables of the hall: imports of another till's history, and what became of rows that are no sale."""

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, Won, state_column


class ImportState(StrEnum):
    """An import runs until every row is accounted for."""

    RUNNING = "running"
    DONE = "done"


class SalesImport(Model):
    """One file of another till's history, known by its hash; a second run goes on where the first stopped."""

    __tablename__ = "sales_import"

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(40), unique=True)
    file_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(state_column(ImportState), default=ImportState.RUNNING)
    rows_done: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]


class Outcome(StrEnum):
    """What became of a row that is no vendor's sale or return."""

    SERVICE = "service"  # the centre's own: postage and carriage, imported into the order's parcel charge
    STOCK = "stock"  # a zero-price correction, imported as a stock movement
    SET_ASIDE = "set_aside"  # not a sale; the reason says by which rule


class OtherRow(Model):
    """A row of the file that became no order line; with the order lines it accounts for the whole file."""

    __tablename__ = "other_row"
    __table_args__ = (
        UniqueConstraint("import_id", "row_number"), Index("ix__other_row__outcome", "import_id", "outcome", "reason"))

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    row_number: Mapped[int] = mapped_column(BigInteger)
    invoice: Mapped[str] = mapped_column(String(20))
    stock_code: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7))
    amount_won: Mapped[Won]
    outcome: Mapped[Outcome] = mapped_column(state_column(Outcome))
    reason: Mapped[str] = mapped_column(String(40))
