"""Finding goods in Korean: by syllables, by first consonants, by mistyped keys, by resemblance.

A key is a product's words as jamo without spaces: names, a bar, then maker, category, options and summary. Each syllable is three
symbols, so that a trigram index finds words of one and two syllables, and compounds however they are spaced.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session

from shop.catalog import ddl  # noqa: F401  (the index is created with the table)
from shop.catalog.models import Category, ListingState, Product, ProductSearch, Variant
from shop.catalog.queries import NOWHERE, PAGE, AnyRow, Card, Statement, list_cards_by_ids, narrow_by, product, vendor
from shop.catalog.shelves import ANYTHING, Wanted, is_shown
from shop.kernel import korean
from shop.kernel.db import is_sqlite
from shop.vendors.models import Vendor, VendorState

MAX_WORDS = 6
MAX_LETTERS = 40
CANDIDATES = 200
BATCH = 400
LIKENESS = 0.35  # pg_trgm word similarity at which a key becomes a candidate
ALIKE = 74  # rapidfuzz partial ratio over jamo: one wrong vowel in three syllables is 89, in two 83

index = ProductSearch.__table__.c


@dataclass(frozen=True)
class Word:
    """One word of a query as it is compared: `key` in jamo, or in first consonants."""

    key: str
    column: str  # jamo | choseong


class Place(NamedTuple):
    """Where a list of hits goes on: the last hit's rank, day and id."""

    rank: int
    published_at: datetime
    id: int


@dataclass(frozen=True)
class Found:
    """What a search brought: `how` is words, keys (read as Korean keys, `read_as` says how), alike, or nothing."""

    how: str
    cards: list[Card]
    read_as: str = ""
    after: Place | None = None


def find_products(
    session: Session, query: str, *, wanted: Wanted = ANYTHING, place: ColumnElement[int] = NOWHERE,
    after: Place | None = None, limit: int = PAGE,
) -> Found:
    """Published goods that hold every word; else those its keys would mean on a Korean keyboard; else those that resemble it.

    Two statements where words are found, three where keys are, five at most where nothing is.
    """
    query = korean.normal(query)
    for how, read_as in (("words", query), ("keys", read_as_keys(query))):
        words = read_words(read_as) if read_as else ()
        cards, goes_on = _find(session, words, wanted, place, after, limit) if words else ([], None)
        if cards:
            return Found(how, cards, read_as, goes_on)
    ids = find_alike(session, query, limit=limit) or find_alike(session, read_as_keys(query), limit=limit)
    cards = list_cards_by_ids(session, ids, wanted=wanted, place=place) if ids else []
    return Found("alike" if cards else "nothing", cards)


def _find(
    session: Session, words: Sequence[Word], wanted: Wanted, place: ColumnElement[int], after: Place | None, limit: int,
) -> tuple[list[Card], Place | None]:
    ranked = rank(words).label("rank")
    query, values = _hits(ranked, wanted, place)
    query = query.where(*match(session, words))
    if after:
        older = tuple_(index.published_at, index.product_id) < tuple_(
            bindparam("after_at", after.published_at, index.published_at.type), after.id)
        query = query.where(or_(ranked > after.rank, and_(ranked == after.rank, older)))
    query = query.order_by(ranked, index.published_at.desc(), index.product_id.desc()).limit(limit + 1)
    hits = [Place(*row) for row in session.connection().execute(query, values)]
    cards = list_cards_by_ids(session, [hit.id for hit in hits[:limit]], place=place) if hits else []
    return cards, hits[limit - 1] if len(hits) > limit else None


def _hits(ranked: Label[int], wanted: Wanted, place: ColumnElement[int]) -> tuple[Statement, dict[str, Any]]:
    """Ids with their rank, from the narrow table alone where nothing narrows; cards are read for one page of them only."""
    closed_makers = select(vendor.c.id).where(vendor.c.state != VendorState.APPROVED)
    closed = select(product.c.id).where(product.c.vendor_id.in_(closed_makers))
    query = select(ranked, index.published_at, index.product_id).where(index.product_id.not_in(closed))
    if not (wanted.zone or wanted.is_narrowed):
        return query, {}
    query = query.join_from(ProductSearch.__table__, product, index.product_id == product.c.id).join(
        vendor, vendor.c.id == product.c.vendor_id).where(is_shown())
    return narrow_by(query, wanted, place)


def read_words(query: str) -> tuple[Word, ...]:
    """The words of a typed query; signs vanish, and a word of consonants alone is asked of the first consonants."""
    words = []
    for part in query[: MAX_LETTERS * 2].split():
        if korean.is_choseong(part):
            words.append(Word(korean.choseong(part)[:MAX_LETTERS], "choseong"))
        elif key := _key(part):
            words.append(Word(key[: MAX_LETTERS * 3], "jamo"))
    return tuple(dict.fromkeys(words))[:MAX_WORDS]


def read_as_keys(query: str) -> str:
    """The query as a Korean keyboard would have written it, or nothing where that changes nothing sensible."""
    written = korean.from_latin_keys(query)
    has_hangul = any("가" <= letter <= "힣" for letter in written) or korean.is_choseong(written)
    return written if written != query and has_hangul else ""


def match(session: Session, words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """The conditions under which a row of product_search holds every word, by the index of this database."""
    if not is_sqlite(session):
        return [index[word.column].like(_pattern(word.key), escape="\\") for word in words]
    long = [word for word in words if len(word.key) >= 3]
    conditions: list[ColumnElement[bool]] = [
        index[word.column].like(_pattern(word.key), escape="\\") for word in words if len(word.key) < 3]
    if long:
        asked = " AND ".join(f'{{{word.column}}} : "{word.key}"' for word in long)
        conditions.append(_in_fts(asked))
    return conditions


def rank(words: Sequence[Word]) -> ColumnElement[int]:
    """0 where the name begins with the first word, 1 where a name holds every word, 2 where the rest was needed."""
    first = words[0]
    begins = index[first.column].like(_pattern(first.key).removeprefix("%"), escape="\\")
    in_names = and_(*(index[word.column].like(_pattern(word.key) + "|%", escape="\\") for word in words))
    return case((and_(begins, in_names), 0), (in_names, 1), else_=2)


def find_alike(session: Session, query: str, *, limit: int) -> list[int]:
    """Products whose words resemble a mistyped query, the most alike first; bounded work whatever the hall holds."""
    key = _key(query)[: MAX_LETTERS * 3]
    if len(key) < 6:
        return []
    scored = []
    for product_id, jamo in session.execute(_candidates(session, key)):
        score = fuzz.partial_ratio(key, jamo)
        if score >= ALIKE:
            scored.append((score, product_id))
    return [product_id for _, product_id in sorted(scored, reverse=True)[:limit]]


def index_product(session: Session, product_id: int) -> None:
    """Write a published product's keys; take out the keys of any other. The caller's unit of work keeps both in step."""
    index_products(session, [product_id])


def index_products(session: Session, product_ids: Sequence[int]) -> None:
    """The same for many, in batches."""
    for at in range(0, len(product_ids), BATCH):
        ids = product_ids[at:at + BATCH]
        _remove(session, ids)
        rows = [_row(product, labels) for product, labels in _read_products(session, ids)]
        if rows:
            session.execute(insert(ProductSearch), rows)
            if is_sqlite(session):
                session.execute(text("INSERT INTO product_search_fts (rowid, jamo, choseong) "
                                     "VALUES (:product_id, :jamo, :choseong)"), [_indexed(row) for row in rows])


def index_all(session: Session) -> int:
    """Write the keys of every published product anew; returns how many products the index then holds."""
    ids = set(session.scalars(select(Product.id).where(Product.state == ListingState.PUBLISHED)))
    index_products(session, sorted(ids.union(session.scalars(select(ProductSearch.product_id)))))
    return len(ids)


def _read_products(session: Session, ids: Sequence[int]) -> list[tuple[AnyRow, list[str]]]:
    labels: dict[int, list[str]] = {}
    for product_id, label in session.execute(
        select(Variant.product_id, Variant.label).where(Variant.product_id.in_(ids), Variant.is_active)
        .order_by(Variant.product_id, Variant.position)
    ):
        labels.setdefault(product_id, []).append(label)
    rows = session.execute(
        select(Product.id, Product.published_at, Product.name, Product.name_en, Product.summary, Vendor.name, Vendor.name_en,
               Category.name, Category.name_en)
        .join(Vendor, Vendor.id == Product.vendor_id).join(Category, Category.id == Product.category_id)
        .where(Product.id.in_(ids), Product.state == ListingState.PUBLISHED)
    )
    return [(row, labels.get(row[0], [])) for row in rows]


def _row(product: AnyRow, labels: list[str]) -> dict[str, object]:
    product_id, published_at, name, name_en, summary, *rest = product
    names, others = [name, name_en], [*rest, *labels, summary]
    return {"product_id": product_id, "published_at": published_at, "jamo": _keys(_key, names, others),
            "choseong": _keys(_consonants, names, others)}


def _indexed(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("product_id", "jamo", "choseong")}


def _remove(session: Session, ids: Sequence[int]) -> None:
    rows = session.execute(select(index.product_id, index.jamo, index.choseong).where(index.product_id.in_(ids)))
    old = [row._asdict() for row in rows]
    if not old:
        return
    if is_sqlite(session):
        session.execute(text("INSERT INTO product_search_fts (product_search_fts, rowid, jamo, choseong) "
                             "VALUES ('delete', :product_id, :jamo, :choseong)"), old)
    session.execute(delete(ProductSearch).where(ProductSearch.product_id.in_(ids)).execution_options(synchronize_session=False))


def _key(part: str) -> str:
    return korean.jamo(part).replace("|", "").replace("\\", "").replace("\x00", "")


def _consonants(part: str) -> str:
    return korean.choseong(part).replace("|", "").replace("\\", "").replace("\x00", "")


def _keys(write: Callable[[str], str], names: list[str], others: list[str]) -> str:
    return " ".join(filter(None, map(write, names))) + "|" + " ".join(filter(None, map(write, others)))


def _pattern(key: str) -> str:
    return "%" + key.replace("_", "\\_") + "%"


def _in_fts(asked: str) -> ColumnElement[bool]:
    found = text("SELECT rowid FROM product_search_fts WHERE product_search_fts MATCH :asked").bindparams(
        bindparam("asked", asked, unique=True))
    return index.product_id.in_(found.columns(index.product_id).scalar_subquery())  # type: ignore[arg-type]


def _candidates(session: Session, key: str) -> Select[int, str]:
    """Keys that share trigrams with the query, those sharing most first."""
    query = select(index.product_id, index.jamo)
    if is_sqlite(session):
        pieces = dict.fromkeys(key[at:at + 3] for at in range(len(key) - 2))
        asked = "{jamo} : (" + " OR ".join(f'"{piece}"' for piece in pieces) + ")"
        found = (text("SELECT rowid AS id FROM product_search_fts "
                      "WHERE product_search_fts MATCH :asked ORDER BY rank LIMIT :most")
                 .bindparams(asked=asked, most=CANDIDATES).columns(index.product_id.label("id")).subquery())
        return query.join(found, found.c.id == index.product_id)
    session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", str(LIKENESS), True)))
    likeness = func.word_similarity(key, index.jamo)
    return query.where(literal(key).op("<%")(index.jamo)).order_by(likeness.desc()).limit(CANDIDATES)
