"""돌아온 돈: what came back to local organisations, as a page and as open data. Every number is a sum of postings."""

import csv
import io
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.words import VENDOR_KINDS
from shop.impact.local_return import FEWEST_VENDORS, MERGED, Cell, divide, fill_months, find_places, list_dongs
from shop.impact.tally import read_movements
from shop.kernel import clock
from shop.kernel.clock import seoul_day, seoul_month
from shop.kernel.db import read_session
from shop.ledger.queries import get_head
from shop.templating import local
from shop.vendors.models import VendorKind

bp = Blueprint("local_return", __name__)
MONTHS_SHOWN = 24


@dataclass(frozen=True)
class Figure:
    """A cell with the words a reader knows it by."""

    key: str
    label: str
    won: int
    vendors: int
    merged: tuple[str, ...] = ()


@bp.get("/local-return")
@access(PUBLIC)
def show() -> ResponseReturnValue:
    """The page."""
    facts = _facts()
    return render_template(
        "public/local_return/show.html", **facts, months=facts["by_month"][-MONTHS_SHOWN:], fewest=fewest_vendors()
    )


@bp.get("/local-return.json")
@access(PUBLIC)
def show_json() -> ResponseReturnValue:
    """The same numbers for machines."""
    facts = _facts()
    return {
        "definition": _definition(),
        "as_of": facts["today"].isoformat(),
        "ledger_entries": facts["entries"],
        "unit": "KRW",
        "total_won": facts["total"].won,
        "vendors": facts["total"].vendors,
        "fewest_vendors_in_a_cell": fewest_vendors(),
        **{name: [asdict(figure) for figure in facts[name]] for name in ("by_month", "by_kind", "by_dong")},
    }


@bp.get("/local-return.csv")
@access(PUBLIC)
def show_csv() -> ResponseReturnValue:
    """The same numbers for spreadsheets: one row a cell."""
    facts, out = _facts(), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["section", "key", "label", "won", "vendors", "merged"])
    writer.writerow(["total", "", "", facts["total"].won, facts["total"].vendors, ""])
    for name in ("by_month", "by_kind", "by_dong"):
        for figure in facts[name]:
            writer.writerow(
                [name.removeprefix("by_"), figure.key, figure.label, figure.won, figure.vendors, " ".join(figure.merged)]
            )
    return Response(
        out.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=local-return.csv"},
    )


def fewest_vendors() -> int:
    """How many organisations a published cell has at least; in the demo every one is fictional, so nobody's earnings can show."""
    return 1 if current_app.config["APP_ENV"] == "demo" else FEWEST_VENDORS


def _definition() -> str:
    return _("돌아온 돈은 팔린 값에서 센터 수수료와 그 부가세를 빼고 생산조직에 줄 돈으로 장부에 적힌 금액이며, 환불은 뺍니다.")


def _facts() -> dict[str, Any]:
    """Everything the page and the files say, from one sum over the books."""
    session, today = read_session(), seoul_day(clock.now())
    movements, places = read_movements(session), find_places(session)
    whole = divide(movements, "total", places)
    total = Figure("total", "", whole[0].won, whole[0].vendor_count) if whole else Figure("total", "", 0, 0)
    by_month = [Figure(c.key, c.key, c.won, c.vendor_count) for c in fill_months(divide(movements, "month", places))]
    month = seoul_month(today)
    return {
        "today": today,
        "entries": get_head(session)[0],
        "total": total,
        "by_month": by_month,
        "this_month": next((f for f in by_month if f.key == month), Figure(month, month, 0, 0)),
        "by_kind": [_kind(cell) for cell in divide(movements, "kind", places, fewest_vendors())],
        "by_dong": _dongs(divide(movements, "dong", places, fewest_vendors())),
    }


def _kind(cell: Cell) -> Figure:
    def word(key: str) -> str:
        return str(VENDOR_KINDS[VendorKind(key)]) if key else _("유형을 적지 않은 곳")

    label = _("그 밖의 유형") if cell.key == MERGED else word(cell.key)
    return Figure(cell.key, label, cell.won, cell.vendor_count, tuple(word(key) for key in cell.members))


def _dongs(cells: list[Cell]) -> list[Figure]:
    dongs = list_dongs(read_session())

    def word(key: str) -> str:
        return local(dongs[key], "name") if key in dongs else _("동을 적지 않은 곳")

    return [
        Figure(
            cell.key,
            _("그 밖의 동") if cell.key == MERGED else word(cell.key),
            cell.won,
            cell.vendor_count,
            tuple(word(key) for key in cell.members),
        )
        for cell in cells
    ]
