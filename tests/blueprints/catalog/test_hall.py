"""The hall's front door."""

from shop.kernel import clock


def test_home_shows_the_plan_and_what_is_new(client, hall):
    page = client.get("/").get_data(as_text=True)
    for word in ("오늘 판매장 문을 열었습니다", 'href="/zones/hanji"',
                 'href="/zones/food"', "2곳이 만든 물건", "전주한지 수제노트"):
        assert word in page, word


def test_home_hides_the_returned_won_before_the_first_sale(client, hall):
    assert "돌아간 돈" not in client.get("/").get_data(as_text=True)


def test_home_counts_what_is_new_today(client, unit, hall):
    with unit() as session:
        from shop.catalog.models import Product

        session.query(Product).filter_by(code="note").one().published_at = clock.now()
    assert "오늘 1점 새로" in client.get("/").get_data(as_text=True)


def test_home_of_an_empty_hall_says_what_will_be_there(client):
    assert "아직 선반이 비어 있습니다" in client.get("/").get_data(as_text=True)
