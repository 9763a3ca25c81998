"""Makers' pages and the directory."""

from shop.vendors.directory import add_directory
from shop.vendors.models import Vendor, VendorState


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


def test_index_lists_makers_and_narrows_by_kind(client, hall):
    page = read(client, "/makers")
    assert "한땀공방" in page
    assert "교동콩밭" in page
    narrowed = read(client, "/makers?type=coop")
    assert "교동콩밭" in narrowed
    assert "한땀공방" not in narrowed


def test_show_tells_the_story_with_verified_papers_only(client, hall):
    page = read(client, "/makers/handdam")
    for word in ("첫 줄", "둘째 줄", "✓ 예비사회적기업 지정", "2026년 3월 2일", "가상", "전주한지 수제노트"):
        assert word in page, word
    assert "아직 못 본 증서" not in page


def test_show_of_a_suspended_or_unknown_maker_is_not_found(client, hall, unit):
    with unit() as session:
        session.query(Vendor).filter_by(code="kongbat").one().state = VendorState.SUSPENDED
    read(client, "/makers/kongbat", 404)
    read(client, "/makers/nobody", 404)
    read(client, "/goods/sprouts", 404)


def test_directory_holds_the_official_lists_with_source_and_day_and_no_goods(client, hall, unit):
    with unit() as session:
        assert add_directory(session) == 24
        assert add_directory(session) == 0
    page = read(client, "/directory")
    for word in ("온두레밥상협동조합", "전주한옥마을협동조합", "15080745", "2025년 12월 31일", "물건을 팔지 않으며"):
        assert word in page, word
    assert "/goods/note" not in page
