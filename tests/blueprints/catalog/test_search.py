"""The search page: hits, what was typed on the wrong keys, what resembles, and where else to look."""

from tests import factories


def ask(client, query, **more):
    response = client.get("/search", query_string={"q": query, **more})
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_index_finds_by_syllables_consonants_and_english(client, hall):
    for query in ("한지", "수제 노트", "ㅅㅈㄴㅌ", "notebook", "한땀공방 노트"):
        assert 'href="/goods/note"' in ask(client, query), query


def test_index_says_what_the_keys_were_taken_for(client, hall):
    page = ask(client, "gkswl")
    assert "‘한지’로 찾았습니다" in page
    assert 'href="/goods/lamp"' in page


def test_index_says_when_hits_only_resemble(client, hall):
    assert "비슷한 것을 찾았습니다" in ask(client, "콩나믈")


def test_index_offers_shelves_where_nothing_is_found(client, hall):
    page = ask(client, "냉장고")
    assert "찾지 못했습니다" in page
    assert "/zones/food?category=fresh" in page
    assert 'href="/goods/note"' in page


def test_index_without_a_question_asks_for_one(client, hall):
    assert "무엇을 찾으세요" in client.get("/search").get_data(as_text=True)


def test_index_writes_back_what_was_typed_and_nothing_else(client, hall):
    page = ask(client, '"><script>alert(1)</script>')
    assert "<script>alert" not in page


def test_index_goes_on_with_the_same_question(client, unit):
    from shop.catalog import search

    with unit() as session:
        vendor = factories.make_vendor(session)
        search.index_products(session, [factories.make_product(session, vendor, f"한지 {n}").id for n in range(26)])
    page = ask(client, "한지")
    assert "q=%ED%95%9C%EC%A7%80&amp;after=" in page
