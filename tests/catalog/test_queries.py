"""Lists of goods on the database under test: what is shown, filters, keyset pages, counts, statements that do not grow."""

from datetime import timedelta

import pytest

from shop.catalog import makers, queries
from shop.catalog.models import ListingState, ProductImage, TaxClass
from shop.catalog.shelves import Shelf, Wanted, count_goods, count_shelves
from shop.kernel.db import db
from shop.stock.on_sale import IN_HALL, ON_SHELF, PLACE
from shop.vendors.models import VendorKind, VendorState
from tests import factories
from tests.conftest import NOON
from tests.counting import count_statements


@pytest.fixture
def hall(session):
    one = factories.make_vendor(session, "한땀공방")
    other = factories.make_vendor(session, "교동콩밭", dong="송천1동", kind=VendorKind.COOP)
    rows = [
        factories.make_product(session, one, "한지 노트", price=12000, category="stationery"),
        factories.make_product(session, one, "한지 등", price=48000, category="lamps", hall=0),
        factories.make_product(session, other, "콩나물", price=2000, category="fresh", tax_class=TaxClass.EXEMPT, by_parcel=False,
                               shelf=0),
        factories.make_product(session, other, "된장", price=13000, category="sides", shelf=0, hall=0),
    ]
    for age, row in enumerate(rows):
        row.published_at = NOON - timedelta(days=age)
    session.flush()
    return rows


def names(session, **asked):
    return [card.name for card in queries.list_cards(session, Wanted(**asked), place=PLACE)]


@pytest.mark.parametrize(("asked", "found"), [
    ({}, ["한지 노트", "한지 등", "콩나물", "된장"]),
    ({"zone": "food"}, ["콩나물", "된장"]),
    ({"categories": ("lamps", "fresh")}, ["한지 등", "콩나물"]),
    ({"kinds": ("coop",)}, ["콩나물", "된장"]),
    ({"kinds": ("coop",), "exempt": True}, ["콩나물"]),
    ({"bands": (0,)}, ["콩나물"]),
    ({"bands": (0, 2)}, ["한지 등", "콩나물"]),
    ({"bands": (3,)}, []),
    ({"ways": ("parcel",)}, ["한지 노트", "한지 등", "된장"]),
    ({"ways": ("parcel", "pickup")}, ["한지 노트", "한지 등", "콩나물", "된장"]),
    ({"in_hall": True}, ["한지 노트", "콩나물"]),
    ({"sort": "cheap"}, ["콩나물", "한지 노트", "된장", "한지 등"]),
    ({"sort": "dear"}, ["한지 등", "된장", "한지 노트", "콩나물"]),
])
def test_a_question_is_answered_by_the_goods_that_fit(session, hall, asked, found):
    assert names(session, **asked) == found


def test_dongs_narrow(session, hall):
    code = next(row.code for row in queries.list_dongs(session) if row.name == "송천1동")
    assert names(session, dongs=(code,)) == ["콩나물", "된장"]


def test_a_card_says_where_the_goods_are(session, hall):
    places = {card.name: card.place for card in queries.list_cards(session, Wanted(), place=PLACE)}
    assert places == {"한지 노트": IN_HALL, "한지 등": ON_SHELF, "콩나물": IN_HALL, "된장": None}


def test_what_is_not_published_or_whose_maker_is_suspended_is_not_shown(session, hall):
    hall[0].state = ListingState.WITHDRAWN
    factories.make_product(session, factories.make_vendor(session, "쉬는 곳", state=VendorState.SUSPENDED), "쉬는 물건")
    session.flush()
    assert names(session) == ["한지 등", "콩나물", "된장"]
    assert queries.get_product(session, hall[0].code) is None


def test_a_card_carries_its_first_picture_and_whether_dearer_ones_exist(session, hall):
    session.add_all(ProductImage(product_id=hall[0].id, key=f"products/{n}", widths=[400, 800], alt=f"사진 {n}", position=n)
                    for n in (3, 1, 2))
    variant = factories.variants_of(session, hall[1])[0]
    variant.price_won = 50000
    session.flush()
    cards = {card.name: card for card in queries.list_cards(session, Wanted())}
    assert (cards["한지 노트"].picture_key, cards["한지 노트"].picture_widths) == ("products/1", [400, 800])
    assert [cards[name].price_from for name in ("한지 노트", "한지 등")] == [False, True]
    assert cards["된장"].picture_key is None


@pytest.mark.parametrize("sort", ["new", "cheap", "dear"])
def test_pages_hold_every_product_once_in_order(session, sort):
    vendor = factories.make_vendor(session)
    for number in range(7):
        factories.make_product(session, vendor, f"노트 {number}", price=10000 + number // 3)  # equal days, equal prices
    whole = [card.id for card in queries.list_cards(session, Wanted(sort=sort))]
    seen, after = [], None
    while cards := queries.list_cards(session, Wanted(sort=sort), after=after, limit=2):
        seen += [card.id for card in cards]
        last = cards[-1]
        after = (last.published_at if sort == "new" else last.price_won, last.id)
    assert seen == whole
    assert len(set(seen)) == 7


def test_cards_take_one_statement_however_many(session, hall):
    for how_many in (1, 20):
        for _ in range(how_many):
            factories.make_product(session, factories.make_vendor(session, f"만든이 {_}-{how_many}"), "물건")
        session.flush()
        with count_statements(db.engine) as statements:
            queries.list_cards(session, Wanted(), place=PLACE)
        assert len(statements) == 1


SHELVES = [
    Shelf("food", "fresh", "coop", "A", 0, True, False, True, 3),
    Shelf("food", "sides", "coop", "A", 1, False, True, True, 2),
    Shelf("food", "sides", "village_enterprise", "B", 1, False, True, False, 4),
    Shelf("books", "books", "community_team", "B", 1, True, True, True, 5),
]


def test_a_facet_is_counted_without_its_own_choice():
    counts = count_shelves(SHELVES, Wanted(zone="food", kinds=("coop",)))
    assert counts.total == 5
    assert dict(counts.kinds) == {"coop": 5, "village_enterprise": 4}
    assert dict(counts.categories) == {"fresh": 3, "sides": 2}
    assert dict(counts.ways) == {"parcel": 2, "pickup": 5}
    assert counts.exempt == 3


def test_two_choices_each_leave_the_other_in_force():
    counts = count_shelves(SHELVES, Wanted(kinds=("coop",), bands=(1,)))
    assert counts.total == 2
    assert dict(counts.kinds) == {"coop": 2, "village_enterprise": 4, "community_team": 5}
    assert dict(counts.bands) == {0: 3, 1: 2}


def test_counts_agree_with_the_lists(session, hall):
    for asked in (Wanted(), Wanted(zone="food"), Wanted(kinds=("coop",)), Wanted(exempt=True), Wanted(bands=(1,)),
                  Wanted(ways=("parcel",))):
        assert count_goods(session, asked).total == len(queries.list_cards(session, asked))


def test_counts_are_read_once_a_minute(session, hall):
    count_goods(session, Wanted())
    with count_statements(db.engine) as statements:
        count_goods(session, Wanted())
        count_goods(session, Wanted(zone="food"))
    assert statements == []


def test_makers_are_listed_with_their_goods_and_by_pages(session, hall):
    factories.make_vendor(session, "쉬는 곳", state=VendorState.SUSPENDED)
    assert [(row.name, row.goods) for row in makers.list_makers(session)] == [("교동콩밭", 2), ("한땀공방", 2)]
    assert [row.name for row in makers.list_makers(session, kind="coop")] == ["교동콩밭"]
    first = makers.list_makers(session, limit=1)[0]
    assert [row.name for row in makers.list_makers(session, after=(first.name, first.id))] == ["한땀공방"]
