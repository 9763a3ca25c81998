"""A shopper without JavaScript buys goods of two makers and pays: every page works as plain HTML."""

import re

from tests.browser.steps import number_in, order_cart, says


def test_goods_of_two_makers_are_bought_and_paid_without_scripts(open_browser):
    page = open_browser(width=390, javascript=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("수제노트")
    page.get_by_role("searchbox").press("Enter")
    page.locator("main").get_by_role("link", name="전주한지 수제노트", exact=True).first.click()
    page.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    page.goto("/zones/food")
    page.locator("main .goods a").first.click()
    page.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    page.goto("/cart")
    quantity = page.locator("form[action^='/cart/lines/'] input[name=quantity]").first
    quantity.fill("2")
    page.get_by_role("button", name="바꾸기").first.click()
    assert page.locator("form[action^='/cart/lines/'] input[name=quantity]").first.input_value() == "2"

    order_cart(page, method="card")
    says(page, "시연용 결제")
    page.locator("summary").first.click()
    page.locator("button[value=decline]").click()
    page.locator("button[value=pay]").first.click()
    page.wait_for_url(re.compile("/orders/"))
    assert number_in(page.url)
    says(page, "결제 완료")


def test_a_wrong_checkout_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(open_browser):
    page = open_browser(width=390, javascript=False)
    page.goto("/goods/handdam-notebook")
    page.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    page.goto("/checkout")
    page.get_by_label("이름", exact=True).fill("김아주긴이름을가진사람입니다")
    page.get_by_label("휴대전화").fill("12")
    page.get_by_label("우편번호").fill("1234")
    page.locator("input[name=method][value=bank_transfer]").check()
    page.get_by_role("button", name=re.compile("주문하기")).click()

    assert page.get_by_label("이름", exact=True).input_value() == "김아주긴이름을가진사람입니다"
    assert page.get_by_label("휴대전화").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("우편번호").get_attribute("aria-invalid") == "true"
    says(page, "010-1234-5678")
