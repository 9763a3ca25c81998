"""A vendor's listings over HTTP."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from shop.catalog.models import Category, ListingState, Product, ProductImage, Variant
from tests import factories
from tests.blueprints.counting import count_queries
from tests.conftest import NOON

NOTICE = {
    "notice-item": "공책",
    "notice-approval": "해당 없음",
    "notice-origin": "대한민국",
    "notice-maker": "한땀공방",
    "notice-contact": "063-123-4567",
}


@pytest.fixture
def mine(unit, cast, sign_in):
    """The vendor's own draft, complete but for its notice, and its rival's listing; the owner is signed in."""
    with unit() as session:
        vendor, rival = session.get(factories.Vendor, cast.vendor), session.get(factories.Vendor, cast.rival)
        draft = factories.make_product(
            session,
            vendor,
            "수제노트",
            state=ListingState.DRAFT,
            published_at=None,
            summary="공책",
            description="닥종이",
            origin="국산",
        )
        foreign = factories.make_product(session, rival, "두부")
        category = session.scalar(select(Category.id).where(Category.slug == "stationery"))
        ids = (draft.id, factories.variants_of(session, draft)[0].id, foreign.id, category)
    sign_in(cast.vendor_owner)
    return ids


def form(mine, **fields):
    return {
        "name": "수제노트",
        "summary": "공책",
        "description": "닥종이",
        "origin": "국산",
        "category_id": mine[3],
        "tax_class": "taxable",
        "notice_class": "goods",
        "by_parcel": "y",
        "by_pickup": "y",
        "variants-0-id": mine[1],
        "variants-0-label": "",
        "variants-0-price_won": "12,500",
        "variants-0-is_active": "y",
        **NOTICE,
        **fields,
    }


def get(unit, product_id) -> Product:
    with unit() as session:
        return session.get(Product, product_id)


def test_index_lists_the_vendors_own_listings_by_state(client, mine):
    page = client.get("/vendor/products")
    assert "수제노트" in page.text
    assert "두부" not in page.text
    assert "수제노트" not in client.get("/vendor/products?state=published").text


def test_index_asks_the_database_as_often_for_sixty_listings_as_for_one(app, client, mine, cast, unit):
    client.get("/vendor/products")
    few = count_queries(app, lambda: client.get("/vendor/products"))
    with unit() as session:
        vendor = session.get(factories.Vendor, cast.vendor)
        for number in range(60):
            factories.make_product(session, vendor, f"물건 {number}")
    assert count_queries(app, lambda: client.get("/vendor/products")) == few
    page = client.get("/vendor/products").text
    assert page.count("data-row") >= 50
    assert "before=" in page


def test_create_begins_a_draft_and_goes_on_to_its_page(client, mine, unit):
    answer = client.post(
        "/vendor/products",
        data={
            "name": " 한지 부채 ",
            "category_id": mine[3],
            "tax_class": "taxable",
            "notice_class": "goods",
            "price_won": "18,000원",
        },
    )
    assert answer.status_code == 303
    product = get(unit, int(answer.location.rsplit("/", 1)[1]))
    assert (product.name, product.state, product.min_price_won) == ("한지 부채", ListingState.DRAFT, 18000)
    assert client.get(answer.location).status_code == 200


def test_create_says_what_is_wrong_and_keeps_what_was_typed(client, mine):
    page = client.post(
        "/vendor/products",
        data={
            "name": "한지 부채",
            "category_id": mine[3],
            "tax_class": "taxable",
            "notice_class": "goods",
            "price_won": "만팔천",
        },
    )
    assert page.status_code == 422
    assert "숫자로 적어 주세요." in page.text
    assert "한지 부채" in page.text


def test_update_saves_an_unfinished_listing(client, mine, unit):
    answer = client.post(f"/vendor/products/{mine[0]}", data=form(mine, **{"notice-maker": "", "name": "새 공책"}))
    assert answer.status_code == 303
    product = get(unit, mine[0])
    assert (product.name, product.min_price_won, "maker" in product.notice) == ("새 공책", 12500, False)


def test_update_adds_variants_and_refuses_two_of_one_name(client, mine, unit):
    two = {
        "option_name": "색",
        "variants-0-label": "쪽",
        "variants-1-id": "",
        "variants-1-label": "쪽",
        "variants-1-price_won": "9000",
    }
    page = client.post(f"/vendor/products/{mine[0]}", data=form(mine, **two))
    assert page.status_code == 422
    assert "같은 이름의 선택지" in page.text
    assert client.post(f"/vendor/products/{mine[0]}", data=form(mine, **{**two, "variants-1-label": "치자"})).status_code == 303
    with unit() as session:
        rows = session.execute(
            select(Variant.label, Variant.price_won).where(Variant.product_id == mine[0]).order_by(Variant.id)
        ).all()
    assert rows == [("쪽", 12500), ("치자", 9000)]


def test_update_names_a_variant_without_a_price(client, mine):
    page = client.post(
        f"/vendor/products/{mine[0]}",
        data=form(mine, **{"variants-1-id": "", "variants-1-label": "큰 것", "variants-1-price_won": ""}),
    )
    assert page.status_code == 422
    assert "선택지의 이름과 값을 다시 보아 주세요." in page.text
    assert "값을 적어 주세요." in page.text


def test_update_with_another_notice_class_shows_its_fields(client, mine):
    client.post(f"/vendor/products/{mine[0]}", data=form(mine, notice_class="fresh_food"))
    page = client.get(f"/vendor/products/{mine[0]}").text
    assert "notice-storage" in page
    assert "notice-approval" not in page


def test_submit_names_what_is_missing_beside_its_field_and_keeps_the_draft(client, mine, unit):
    answer = client.post(
        f"/vendor/products/{mine[0]}",
        data=form(mine, then="submit", summary="", **{"notice-maker": "상세페이지 참조"}),
        follow_redirects=True,
    )
    assert "빠진 것이 있어 심사에 보낼 수 없습니다" in answer.text
    assert "꼭 적어야 하는 칸입니다." in answer.text
    assert "‘상세페이지 참조’ 대신 내용을 적어 주세요." in answer.text
    product = get(unit, mine[0])
    assert (product.state, product.notice["maker"]) == (ListingState.DRAFT, "상세페이지 참조")


def test_submit_sends_a_complete_listing_in(client, mine, unit):
    assert client.post(f"/vendor/products/{mine[0]}", data=form(mine, then="submit")).status_code == 303
    assert get(unit, mine[0]).state is ListingState.SUBMITTED
    page = client.get(f"/vendor/products/{mine[0]}").text
    assert "센터가 읽고 있습니다" in page


def test_update_of_a_live_listing_is_refused_with_a_sentence(client, mine, unit):
    with unit() as session:
        live = session.get(Product, mine[0])
        live.state, live.published_at = ListingState.PUBLISHED, NOON
    page = client.post(f"/vendor/products/{mine[0]}", data=form(mine, name="몰래 바꾼 이름"))
    assert page.status_code == 409
    assert "먼저 물건을 내린 뒤" in page.text
    assert get(unit, mine[0]).name == "수제노트"


def test_withdraw_takes_a_live_listing_down(client, mine, unit):
    with unit() as session:
        live = session.get(Product, mine[0])
        live.state, live.published_at = ListingState.PUBLISHED, NOON
    assert client.post(f"/vendor/products/{mine[0]}/withdraw").status_code == 303
    assert get(unit, mine[0]).state is ListingState.WITHDRAWN


def test_change_prices_of_a_live_listing_at_once(client, mine, unit, now):
    with unit() as session:
        product = session.get(Product, mine[0])
        product.state, product.published_at = ListingState.PUBLISHED, now
    rows = {"rows-0-id": mine[1], "rows-0-price_won": "13000", "rows-0-is_active": "y"}
    assert client.post(f"/vendor/products/{mine[0]}/prices", data=rows).status_code == 303
    assert get(unit, mine[0]).min_price_won == 13000
    page = client.post(f"/vendor/products/{mine[0]}/prices", data={"rows-0-id": mine[1], "rows-0-price_won": "13000"})
    assert page.status_code == 422
    assert get(unit, mine[0]).min_price_won == 13000


@pytest.mark.parametrize("path", ["", "/submit", "/withdraw", "/prices", "/pictures", "/pictures/1/remove"])
def test_a_rivals_listing_is_not_found_whatever_is_asked_of_it(client, mine, unit, path):
    data = form(mine, **{"rows-0-id": mine[1], "rows-0-price_won": "1", "rows-0-is_active": "y"})
    assert client.post(f"/vendor/products/{mine[2]}{path}", data=data).status_code == 404
    assert client.get(f"/vendor/products/{mine[2]}").status_code == 404
    assert (get(unit, mine[2]).name, get(unit, mine[2]).state) == ("두부", ListingState.PUBLISHED)


def test_a_viewer_reads_and_does_not_write(client, mine, unit, cast, sign_in):
    from shop.vendors.models import Membership, TeamRole

    with unit() as session:
        session.add(Membership(vendor_id=cast.vendor, user_id=cast.shopper, role=TeamRole.VIEWER))
    sign_in(cast.shopper)
    assert client.get(f"/vendor/products/{mine[0]}").status_code == 200
    assert client.post(f"/vendor/products/{mine[0]}", data=form(mine)).status_code == 403
    assert client.post("/vendor/products", data={}).status_code == 403


def upload(client, product_id, content: bytes, name="note.jpg"):
    return client.post(
        f"/vendor/products/{product_id}/pictures",
        data={"picture": (io.BytesIO(content), name), "alt": "펼친 공책"},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 900), "#E3B23C").save(out, "JPEG")
    return out.getvalue()


def test_a_picture_is_hung_served_for_ever_and_taken_down(client, mine, unit, app):
    assert "사진을 걸었습니다" in upload(client, mine[0], jpeg()).text
    with unit() as session:
        row = session.scalars(select(ProductImage)).one()
    assert (row.widths, row.alt) == ([400, 800], "펼친 공책")
    answer = client.get(f"/media/{row.key}-800.webp")
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.data)).size == (800, 800)
    again = client.get(f"/media/{row.key}-800.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    client.post(f"/vendor/products/{mine[0]}/pictures/{row.id}/remove")
    with unit() as session:
        assert session.scalars(select(ProductImage)).all() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "파일이 비어 있습니다"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG, PNG, WebP 사진만"),
        (b"\xff\xd8\xff" + b"x" * (8 * 1024 * 1024 + 1), "8MB를 넘습니다"),
        (b"\xff\xd8\xff\xe0" + b"x" * 100, "사진"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(client, mine, unit, content, words):
    assert words in upload(client, mine[0], content).text
    with unit() as session:
        assert session.scalars(select(ProductImage)).all() == []


@pytest.mark.parametrize(
    "key",
    [
        "products/00000000000000000000-400.webp",
        "products/../secret",
        "secret.key",
        "products/x.webp",
        "%00",
        "products//00000000000000000000-400.webp",
        "..%2f..%2fetc%2fpasswd",
    ],
)
def test_media_knows_only_keys_of_pictures(client, key):
    assert client.get(f"/media/{key}").status_code == 404
