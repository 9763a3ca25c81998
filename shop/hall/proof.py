"""Proves an import: what the file says against what the books hold, by rows and by won, in total and by month. Reads only."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shop.hall.models import OtherRow, Outcome
from shop.kernel.db import is_sqlite
from shop.ledger.accounts import old_till
from shop.ledger.queries import balance_of
from shop.orders.models import Order, OrderLine, VendorOrder


@dataclass
class Tally:
    """Rows and won, in total and by month, of one side of the proof."""

    rows: int = 0
    won: int = 0
    by_month: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, month: str, rows: int, won: int) -> None:
        self.rows += rows
        self.won += won
        self.by_month[month][0] += rows
        self.by_month[month][1] += won


def tally_import(session: Session, *, source: str, import_id: int) -> tuple[Tally, Tally, list[dict[str, Any]]]:
    """Count what the database holds: imported (lines, postage, stock corrections), set aside, and set aside by reason."""
    imported, aside = Tally(), Tally()
    for month, rows, won in session.execute(_lines_by_month(session, source)):
        imported.add(month, rows, int(won))
    others = select(OtherRow.month, OtherRow.outcome, OtherRow.reason, func.count(), func.sum(OtherRow.amount_won)).where(
        OtherRow.import_id == import_id).group_by(OtherRow.month, OtherRow.outcome, OtherRow.reason)
    reasons: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for month, outcome, reason, rows, won in session.execute(others):
        side = aside if outcome is Outcome.SET_ASIDE else imported
        side.add(month, rows, int(won))
        if outcome is Outcome.SET_ASIDE:
            reasons[reason][0] += rows
            reasons[reason][1] += int(won)
    table = [{"reason": reason, "rows": rows, "won": won} for reason, (rows, won) in sorted(reasons.items())]
    return imported, aside, table


def _lines_by_month(session: Session, source: str) -> Select[Any, int, int]:
    if is_sqlite(session):
        month = func.strftime("%Y-%m", Order.placed_at, "+9 hours")
    else:
        month = func.to_char(func.timezone("Asia/Seoul", Order.placed_at), "YYYY-MM")
    return (
        select(month, func.count(), func.sum(OrderLine.list_won))
        .join(VendorOrder, VendorOrder.order_id == Order.id)
        .join(OrderLine, OrderLine.vendor_order_id == VendorOrder.id)
        .where(Order.source == source)
        .group_by(month)
    )


def clearing_won(session: Session, *, source: str) -> int:
    """The clearing account of the old till: the money side of everything imported."""
    return balance_of(session, old_till(source))


def report(file: Tally, imported: Tally, aside: Tally, reasons: list[dict[str, Any]]) -> dict[str, Any]:
    """The proof as plain data: rows, won, by month, set aside by reason."""

    def sides(index: str) -> dict[str, int]:
        return {"file": getattr(file, index), "imported": getattr(imported, index), "set_aside": getattr(aside, index)}

    months = sorted(file.by_month.keys() | imported.by_month.keys() | aside.by_month.keys())
    return {
        "rows": sides("rows"),
        "won": sides("won"),
        "by_month": {
            month: {
                "imported": {"rows": imported.by_month[month][0], "won": imported.by_month[month][1]},
                "set_aside": {"rows": aside.by_month[month][0], "won": aside.by_month[month][1]},
                "file": {"rows": file.by_month[month][0], "won": file.by_month[month][1]},
            }
            for month in months
        },
        "set_aside": reasons,
    }


def unexplained(proof: dict[str, Any]) -> list[str]:
    """Every place where imported + set aside differs from the file; empty when each won is explained."""
    wrong = []
    for what in ("rows", "won"):
        side = proof[what]
        if side["imported"] + side["set_aside"] != side["file"]:
            wrong.append(f"{what}: {side}")
    for month, sides in proof["by_month"].items():
        for what in ("rows", "won"):
            if sides["imported"][what] + sides["set_aside"][what] != sides["file"][what]:
                wrong.append(f"{month} {what}: {sides}")
    return wrong
