"""Makers: who sells here, one maker's page, and the directory of real organisations, which never carries goods."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.catalog.asking import address, read_after, write_after
from shop.blueprints.catalog.facets import Choice
from shop.blueprints.catalog.showing import show_cards
from shop.blueprints.words import VENDOR_KINDS
from shop.catalog import makers as makers_of_hall
from shop.catalog import queries
from shop.kernel.db import read_session
from shop.stock.on_sale import PLACE
from shop.templating import is_english
from shop.vendors.models import VendorKind

bp = Blueprint("makers", __name__)


@bp.get("/makers")
@access(PUBLIC)
def index() -> ResponseReturnValue:
    """Makers by kind and dong."""
    session = read_session()
    kind = request.args.get("type", "") if request.args.get("type") in set(VendorKind) else ""
    dong = request.args.get("dong", "").replace("\x00", "")[:10]
    makers = makers_of_hall.list_makers(session, kind=kind, dong_code=dong, after=_read_after(), limit=makers_of_hall.PAGE + 1)
    shown = makers[:makers_of_hall.PAGE]
    last = shown[-1] if len(makers) > makers_of_hall.PAGE else None
    return render_template(
        "catalog/makers/index.html", makers=shown, kinds=_kinds(kind, dong), dongs=_dongs(kind, dong), kind=kind, dong=dong,
        kind_words=VENDOR_KINDS, address=address, next_url=address(after=f"{last.id}.{last.name}") if last else None,
    )


@bp.get("/makers/<code>")
@access(PUBLIC)
def show(code: str) -> ResponseReturnValue:
    """One maker: story, certificate, goods."""
    session, after = read_session(), read_after("new")
    maker = makers_of_hall.get_maker(session, code)
    if maker is None:
        abort(404)
    cards = queries.list_vendor_cards(session, maker.id, place=PLACE, after=after, limit=queries.PAGE + 1)
    shown = cards[:queries.PAGE]
    return render_template(
        "catalog/makers/show.html", maker=maker, kind=VENDOR_KINDS.get(maker.kind, ""), goods=show_cards(shown),
        certificates=queries.list_verified_certificates(session, maker.id),
        next_url=address(after=write_after(shown[-1], "new")) if len(cards) > queries.PAGE else None,
    )


@bp.get("/directory")
@access(PUBLIC)
def directory() -> ResponseReturnValue:
    """Real organisations of Jeonju from the official lists."""
    rows = makers_of_hall.list_directory(read_session())
    return render_template("catalog/makers/directory.html", rows=rows, kind_words=VENDOR_KINDS)


def _kinds(kind: str, dong: str) -> list[Choice]:
    counts: dict[str, int] = {}
    for one, code, makers in makers_of_hall.count_makers(read_session()):
        if not dong or code == dong:
            counts[one] = counts.get(one, 0) + makers
    return [Choice(one.value, str(word), counts[one.value], one.value == kind)
            for one, word in VENDOR_KINDS.items() if one.value in counts]


def _dongs(kind: str, dong: str) -> list[Choice]:
    counts: dict[str, int] = {}
    for one, code, makers in makers_of_hall.count_makers(read_session()):
        if not kind or one == kind:
            counts[code] = counts.get(code, 0) + makers
    return [Choice(row.code, (row.name_en if is_english() else "") or row.name, counts[row.code], row.code == dong)
            for row in queries.list_dongs(read_session()) if row.code in counts]


def _read_after() -> tuple[str, int] | None:
    number, _, name = request.args.get("after", "").partition(".")
    return (name, int(number)) if number.isdecimal() and number.isascii() and len(number) < 18 and name else None
