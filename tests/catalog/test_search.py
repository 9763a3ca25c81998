"""Korean search on the database under test: syllables, compounds, first consonants, mistyped keys, typos, ranking."""

import pytest
from sqlalchemy import delete, text

from shop.catalog import ddl, search
from shop.catalog.models import ListingState, ProductSearch
from shop.catalog.shelves import Wanted
from shop.kernel import korean
from shop.kernel.db import is_sqlite
from tests import factories

GOODS = (
    ("전주한지 수제노트", "Hand-stitched hanji notebook", "stationery"),
    ("한지 등 둥근달", "Hanji lamp", "lamps"),
    ("손초코파이", "Choco pie", "sweets"),
    ("비빔밥 꾸러미 2인", "Bibimbap kit", "meal-kits"),
    ("아침 콩나물 300 g", "Bean sprouts", "fresh"),
    ("찹쌀고추장 500 g", "Pepper paste", "sides"),
    ("생강청 500 ml", "Ginger syrup", "drinks"),
    ("감잎차 40 g", "Persimmon leaf tea", "drinks"),
)


@pytest.fixture
def hall(session):
    vendor = factories.make_vendor(session, "한땀공방", name_en="Handdam")
    products = {name: factories.make_product(session, vendor, name, name_en=english, category=category)
                for name, english, category in GOODS}
    search.index_all(session)
    return products


def names(session, query, **more):
    return [card.name for card in search.find_products(session, query, **more).cards]


@pytest.mark.parametrize(("query", "name"), [
    ("한지", "전주한지 수제노트"),  # two syllables inside a compound
    ("수제노트", "전주한지 수제노트"),  # written apart in the name
    ("수제 노트", "전주한지 수제노트"),
    ("전주 한지", "전주한지 수제노트"),  # written together in the name
    ("수 제 노 트", "전주한지 수제노트"),
    ("차", "감잎차 40 g"),  # one syllable
    ("청", "생강청 500 ml"),
    ("ㅎㅈㄴㅌ", None),
    ("ㅅㅈㄴㅌ", "전주한지 수제노트"),  # first consonants, four
    ("ㅎㅈ", "한지 등 둥근달"),  # two
    ("ㅋ", "손초코파이"),  # one
    ("hanji", "전주한지 수제노트"),
    ("HANJI Lamp", "한지 등 둥근달"),
    ("300g", "아침 콩나물 300 g"),
    ("한땀공방 노트", "전주한지 수제노트"),  # maker and goods
    ("노트 '한지'!", "전주한지 수제노트"),
])
def test_a_query_finds_the_goods_it_means(session, hall, query, name):
    found = names(session, query)
    assert (name in found) if name else (found == [])


def test_two_syllables_find_the_same_goods_as_a_plain_substring(session, hall):
    for word in ("한지", "콩나", "파이", "고추", "꾸러", "둥근"):
        assert set(names(session, word)) == {name for name in hall if word in name}


def test_keys_typed_on_the_wrong_layout_are_read_as_korean(session, hall):
    found = search.find_products(session, "gkswl")
    assert (found.how, found.read_as) == ("keys", "한지")
    assert [card.name for card in found.cards] == ["한지 등 둥근달", "전주한지 수제노트"]


@pytest.mark.parametrize(("query", "name"), [
    ("비빕밥", "비빔밥 꾸러미 2인"), ("고추쟝", "찹쌀고추장 500 g"), ("쵸코파이", "손초코파이"), ("콩나믈", "아침 콩나물 300 g"),
])
def test_a_typo_finds_what_resembles_it(session, hall, query, name):
    found = search.find_products(session, query)
    assert found.how == "alike"
    assert found.cards[0].name == name


def test_what_resembles_nothing_finds_nothing(session, hall):
    for query in ("냉장고", "zzzzqqq", "%", "_", '"', "\\", "{jamo} : x", "NEAR(a b)", "' OR 1=1 --", "", "   ", "가" * 300):
        assert search.find_products(session, query).cards == []


def test_names_come_before_makers_and_options(session):
    maker = factories.make_vendor(session, "노트마을")
    other = factories.make_vendor(session, "바람손")
    factories.make_product(session, maker, "연필 다섯 자루")
    factories.make_product(session, other, "수제 노트")
    factories.make_product(session, other, "노트 속지")
    search.index_all(session)
    assert names(session, "노트") == ["노트 속지", "수제 노트", "연필 다섯 자루"]


def test_an_option_is_found_and_a_name_across_two_fields_is_not(session):
    vendor = factories.make_vendor(session, "한땀공방")
    factories.make_product(session, vendor, "책갈피 종이", labels=("쪽빛", "치자"))
    search.index_all(session)
    assert names(session, "치자") == ["책갈피 종이"]
    assert search.find_products(session, "이한땀").how != "words"


def test_search_is_narrowed_by_the_shelves(session, hall):
    assert names(session, "한지", wanted=Wanted(zone="books")) == ["전주한지 수제노트"]
    assert names(session, "한지", wanted=Wanted(kinds=("coop",))) == []
    assert names(session, "비빕밥", wanted=Wanted(zone="books")) == []


def test_pages_of_hits_hold_every_hit_once(session):
    vendor = factories.make_vendor(session, "한땀공방")
    wanted = {factories.make_product(session, vendor, f"한지 {number}번").name for number in range(7)}
    search.index_all(session)
    seen, after = [], None
    while True:
        found = search.find_products(session, "한지", limit=3, after=after)
        seen += [card.name for card in found.cards]
        after = found.after
        if after is None:
            break
    assert len(seen) == 7
    assert set(seen) == wanted


def test_indexing_again_replaces_the_old_words(session, hall):
    product = hall["손초코파이"]
    product.name = "손호두파이"
    session.flush()
    search.index_product(session, product.id)
    search.index_product(session, product.id)
    assert names(session, "손초코") == []
    assert names(session, "호두") == ["손호두파이"]


def test_a_withdrawn_listing_is_not_found_and_leaves_the_index(session, hall):
    product = hall["손초코파이"]
    product.state = ListingState.WITHDRAWN
    session.flush()
    assert names(session, "초코파이") == []
    search.index_product(session, product.id)
    assert session.get(ProductSearch, product.id) is None


def test_search_of_words_takes_two_statements(session, hall, app):
    from shop.kernel.db import db
    from tests.counting import count_statements

    with count_statements(db.engine) as statements:
        search.find_products(session, "한지")
    assert len(statements) == 2


def test_the_check_at_start_passes_here(session):
    ddl.check_search(session.connection())


def test_the_check_at_start_is_red_where_hangul_is_not_indexed(session, monkeypatch):
    """The control: take the letters away and the same proof must fail."""
    if is_sqlite(session):
        monkeypatch.setattr(ddl, "text", lambda sql: text(sql.replace("ㅈㅓㄴㅈㅜ_ㅎㅏㄴㅈㅣ_", "???")))
    else:
        monkeypatch.setattr(ddl, "text", lambda sql: text(sql.replace("ㅎㅏㄴㅈㅣ", "???")))
    with pytest.raises(ddl.SearchBroken):
        ddl.check_search(session.connection())


def test_the_index_is_needed(session, hall):
    """The control: without index rows nothing is found, so the hits above came from the index."""
    if is_sqlite(session):
        session.execute(text("INSERT INTO product_search_fts (product_search_fts) VALUES ('delete-all')"))
    else:
        session.execute(delete(ProductSearch))
    assert names(session, "한지") == []


@pytest.mark.parametrize(("keys", "written"), [
    ("gkswl", "한지"), ("wjswn gkswl", "전주 한지"), ("qlqlaqkq", "비빔밥"), ("dkswdk", "앉아"), ("rkqt", "값"),
    ("rhksfur", "관력"), ("Whrqlc", "쪽빛"), ("ghkdrmadlswjfal", "황금인절미"), ("한지", "한지"),
    ("GKSWL", "한지"), ("123", "123"), ("ㅎks", "한"),
])
def test_latin_keys_are_composed_as_an_input_method_does(keys, written):
    assert korean.from_latin_keys(keys) == written
