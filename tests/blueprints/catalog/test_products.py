"""Goods' pages: lists with facets, and one product with its choices, its proof and where its price goes."""

import json
import re

import pytest

from shop.catalog.models import Category
from shop.kernel.db import db
from shop.vendors.models import AgreementState, CommissionAgreement
from tests import factories
from tests.conftest import NOON
from tests.counting import count_statements


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


def test_index_shows_goods_with_their_makers_and_counts(client, hall):
    page = read(client, "/goods")
    assert all(word in page for word in ("전주한지 수제노트", "한땀공방", "12,000원", "풍남동", "3점", "면세"))
    assert re.search(r"협동조합 <span class=\"num\">1</span>", page)


def test_index_narrows_by_the_address_and_says_how_to_take_it_back(client, hall):
    page = read(client, "/goods?type=coop&exempt=1&sort=cheap")
    assert "아침 콩나물" in page
    assert "수제노트" not in page
    assert 'href="/goods?exempt=1&amp;sort=cheap"' in page


def test_index_says_so_when_nothing_fits(client, hall):
    assert "고른 조건에 맞는 물건이 없습니다" in read(client, "/goods?type=coop&band=3")


@pytest.mark.parametrize("address", [
    "/goods?after=x.y", "/goods?after=9999999999999999999.1", "/goods?after=1.2.3",
    "/goods?zone=%00&type=nothing&band=9&sort=; drop",
    "/goods?dong=" + "9" * 300, "/search?q=%00%00", "/search?after=1.1.1&q=x",
    "/makers?type=x&dong=%27&after=x", "/makers?after=1.",
])
def test_index_is_not_upset_by_nonsense(client, hall, address):
    read(client, address)


def test_index_goes_on_where_it_stopped(client, unit):
    with unit() as session:
        vendor = factories.make_vendor(session)
        for number in range(30):
            factories.make_product(session, vendor, f"노트 {number:02d}", code=f"n{number}")
    first = read(client, "/goods")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = read(client, following[1].replace("&amp;", "&"))
    codes = [re.findall(r'href="/goods/(n\d+)"', page) for page in (first, second)]
    assert [len(page) for page in codes] == [24, 6]
    assert len({*codes[0], *codes[1]}) == 30
    assert 'rel="next"' not in second


def test_zone_shows_one_room(client, hall):
    page = read(client, "/zones/food")
    assert "아침 콩나물" in page
    assert "수제노트" not in page
    read(client, "/zones/attic", 404)


@pytest.mark.parametrize("address", ["/", "/goods", "/zones/food", "/goods?type=coop&hall=1", "/goods/note", "/makers",
                                     "/makers/handdam"])
def test_pages_keep_to_six_statements_and_forty_kilobytes(app, client, hall, address):
    with app.app_context():
        engine = db.engine
    with count_statements(engine) as cold:
        size = len(read(client, address).encode())
    with count_statements(engine) as warm:
        read(client, address)
    assert len(warm) <= 6, warm
    assert len(cold) <= 9, cold
    assert size < 40_000


def test_show_names_choices_stock_fee_seller_and_law(client, hall):
    page = read(client, "/goods/note")
    for word in ("표지", "쪽빛", "치자", "10개", "3,000원", "30,000원 이상 무료", "청약철회 7일", "상품정보제공고시", "박만든",
                 "2025-가상-1", "통신판매중개자이며 이 거래의 당사자가 아닙니다", "✓ 예비사회적기업 지정",
                 "2026년 3월 2일", "(가상)"):
        assert word in page, word
    assert "아직 못 본 증서" not in page


def test_show_says_where_the_price_goes(client, hall):
    page = read(client, "/goods/note")
    for word in ("이 12,000원은 어디로 가나요", "10,680원", "1,200원", "120원",
                 "카드 수수료 3.4% 안팎은 센터가 냅니다", "약 408원"):
        assert word in page, word


def test_show_follows_the_agreement_of_the_category(client, hall, unit):
    with unit() as session:
        category = session.query(Category.id).filter_by(slug="fresh").scalar()
        session.add(CommissionAgreement(rank=10, category_id=category, bps=500, title="채소 5%", valid_from=NOON,
                                        state=AgreementState.APPROVED))
    page = read(client, "/goods/sprouts")
    assert "센터 판매 수수료 5%" in page
    assert "1,890원" in page  # 2,000 − 100 − 10


def test_show_puts_the_choice_into_the_cart_form(client, hall):
    page = read(client, "/goods/note")
    form = re.search(r'<form class="buy".*?</form>', page, re.DOTALL)[0]
    assert 'action="/cart/lines"' in form
    assert len(re.findall(r'name="variant_id"', form)) == 2
    assert {'name="way" value="parcel"', 'name="way" value="pickup"'} <= set(re.findall(r'name="way" value="\w+"', form))


def test_show_sells_by_pickup_alone_what_is_not_sent(client, hall):
    page = read(client, "/goods/sprouts")
    assert "택배로 보내지 않고 판매장에서 드려요" in page
    assert '<input type="hidden" name="way" value="pickup">' in page
    assert "신선한 물건이라" in page


def test_show_says_sold_out_and_offers_no_cart(client, hall):
    page = read(client, "/goods/lamp")
    assert "지금은 다 팔렸습니다" in page
    assert 'name="quantity"' not in page


def test_show_tells_search_engines_the_same_price_and_stock(client, hall):
    def offers(code):
        text = re.search(r'<script type="application/ld\+json">(.*?)</script>', read(client, f"/goods/{code}"))[1]
        return [(offer["price"], offer["availability"].rsplit("/")[-1]) for offer in json.loads(text)["offers"]]

    assert offers("note") == [(12000, "InStock"), (12000, "InStock")]
    assert offers("lamp") == [(48000, "OutOfStock")]


def test_show_cannot_be_broken_out_of_by_a_name(client, unit):
    with unit() as session:
        vendor = factories.make_vendor(session, "</script><b>나쁜 곳")
        factories.make_product(session, vendor, "</script><script>alert(1)</script>", code="evil",
                               summary="<img src=x onerror=alert(1)>")
    page = read(client, "/goods/evil")
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_show_answers_in_english(client, hall):
    client.set_cookie("lang", "en")
    page = read(client, "/goods/note")
    assert "Hanji notebook" in page
    assert "₩12,000" in page


def test_show_of_what_is_not_here_is_not_found(client, hall):
    read(client, "/goods/nothing", 404)
