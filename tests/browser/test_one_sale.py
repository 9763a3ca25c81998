"""One sale, followed in Chromium from a vendor's shelf to the vendor's bank account: the seven steps of the hall, by hand."""

import csv
import io
import re
import secrets

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    apply_as_vendor,
    bank_statement,
    no_sideways_scroll,
    number_in,
    order_cart,
    register,
    says,
    sign_in,
    won_in,
)
from tests.factories import make_brn


@pytest.fixture
def people(open_browser) -> dict[str, Page]:
    """One browser for each person of the story."""
    names = ["merchandiser", "accountant", "manager", "cashier"]
    pages = {name: sign_in(open_browser(), f"{name}@example.com") for name in names}
    return pages | {"owner": open_browser(), "shopper": open_browser(width=390)}


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (900, 900), "#A9BFB0").save(content, "JPEG")
    return content.getvalue()


def list_product(owner: Page, name: str) -> None:
    """The owner writes a listing with two options, its notice and a picture, and submits it."""
    owner.goto("/vendor/products/new")
    owner.locator("input[name=name]").fill(name)
    owner.locator("select[name=category_id]").select_option(index=3)
    owner.locator("select[name=notice_class]").select_option("goods")
    owner.locator("select[name=tax_class]").select_option("taxable")
    owner.locator("input[name=price_won]").fill("12000")
    owner.get_by_role("button", name="다음으로").click()
    owner.locator("input[name=picture]").set_input_files({"name": "손수건.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    owner.get_by_role("button", name="사진 올리기").click()
    owner.locator("input[name=summary]").fill("쑥물 들인 무명 손수건 한 장")
    owner.locator("textarea[name=description]").fill("쑥을 삶아 두 번 물들였습니다.\n처음 빨 때는 따로 빨아 주세요.")
    owner.locator("input[name=origin]").fill("대한민국 (전주)")
    owner.locator("input[name=option_name]").fill("빛깔")
    for row, (label, price) in enumerate([("쑥빛", "12000"), ("먹빛", "13000")]):
        owner.locator(f"input[name=variants-{row}-label]").fill(label)
        owner.locator(f"input[name=variants-{row}-price_won]").fill(price)
    for way in ("by_parcel", "by_pickup"):
        owner.locator(f"input[name={way}]").check()
    for key, text in {"item": name, "material": "무명 100%", "size": "45 × 45 cm", "approval": "해당 없음", "origin": "대한민국",
                      "maker": "시험마을", "contact": "063-000-0199"}.items():
        owner.locator(f"input[name=notice-{key}], textarea[name=notice-{key}]").fill(text)
    owner.get_by_role("button", name="저장하고 심사에 보내기").click()
    owner.wait_for_load_state()


def fill_shelf(owner: Page, merchandiser: Page, name: str) -> None:
    """Ten of each option on the vendor's shelf, and three counted into the hall."""
    owner.goto("/vendor/stock")
    shelves = owner.locator("a[href*='/vendor/stock/']").filter(has_text=re.compile(name))
    links = shelves.evaluate_all("links => links.map(l => l.href)")
    skus = []
    for link in dict.fromkeys(links):
        owner.goto(link)
        owner.get_by_label("들어온 수").fill("10")
        owner.get_by_role("button", name="올리기").click()
        owner.wait_for_load_state()
        skus.append(re.search(r"goods-\d+-\d+", owner.locator("main").inner_text()).group(0))
    for sku in skus:
        merchandiser.goto("/staff/stock")
        merchandiser.get_by_label(re.compile("SKU")).fill(sku)
        merchandiser.get_by_label("센 수").fill("3")
        merchandiser.get_by_role("button", name="옮겨 적기").click()
        merchandiser.wait_for_load_state()


def test_one_sale_from_the_shelf_to_the_bank(people, open_browser, tmp_path):
    serial = 2000 + secrets.randbelow(7000)
    maker, goods, payer = f"시험마을{serial}", f"쑥물 손수건 {serial}", f"김시험{serial}"
    owner, shopper = people["owner"], people["shopper"]
    merchandiser, accountant, manager = people["merchandiser"], people["accountant"], people["manager"]

    # 1. A vendor applies and is let in; a listing is written, reviewed and published; stock comes.
    register(owner, "나만든", f"maker{serial}@example.com", "길고 안전한 비밀번호")
    apply_as_vendor(owner, name=maker, brn=make_brn(serial), dong="중앙동")
    says(owner, "신청서를 보냈습니다")
    merchandiser.goto("/staff/reviews")
    merchandiser.get_by_role("link", name=maker).first.click()
    merchandiser.get_by_role("button", name="받아들이기").click()
    says(merchandiser, "받아들였습니다")
    accountant.goto("/staff/reviews")
    accountant.locator("tr", has_text=maker).locator("a[href*='/accounts/']").first.click()
    accountant.get_by_role("button", name="통장 사본과 같음을 확인함").click()
    says(accountant, "계좌를 확인했습니다")
    list_product(owner, goods)
    merchandiser.goto("/staff/reviews")
    merchandiser.get_by_role("link", name=goods).first.click()
    merchandiser.locator("form[action$='/publish'] button").click()
    merchandiser.wait_for_load_state()
    fill_shelf(owner, merchandiser, goods)

    # 2. A shopper finds it by two syllables, adds goods of two makers, and checks out as a guest on one page.
    shopper.goto("/")
    no_sideways_scroll(shopper)
    shopper.goto(f"/search?q=손수건 {serial}")
    shopper.get_by_role("link", name=goods).first.click()
    says(shopper, "어디로 가나요")
    shopper.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    shopper.goto("/goods/handdam-notebook")
    shopper.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    shopper.goto("/cart")
    says(shopper, maker)
    says(shopper, "한땀공방")
    no_sideways_scroll(shopper)
    order_cart(shopper, method="card", name=payer)

    # 3a. By card, on the provider's page.
    says(shopper, "시연용 결제")
    shopper.locator("button[value=pay]").click()
    shopper.wait_for_url(re.compile("/orders/"))
    by_card, card_page = number_in(shopper.url), shopper.url
    says(shopper, "결제")

    # 3b. By bank transfer, under a payer name of its own.
    shopper.goto(f"/search?q={goods}")
    shopper.get_by_role("link", name=goods).first.click()
    shopper.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    order_cart(shopper, method="bank_transfer", name=payer, payer=payer)
    transfer_page = shopper.url
    amount = won_in(shopper.locator("main").inner_text())
    says(shopper, payer)

    # 3c. At the hall: picked up and paid at the counter.
    shopper.goto(f"/search?q={goods}")
    shopper.get_by_role("link", name=goods).first.click()
    shopper.locator("input[name=way][value=pickup]").check()
    shopper.get_by_role("button", name=re.compile("장바구니에 담기")).click()
    order_cart(shopper, method="pay_at_hall", name=payer, address=False)
    hall_page, at_hall = shopper.url, number_in(shopper.url)
    cashier = people["cashier"]
    cashier.goto(f"/staff/counter/{at_hall}")
    cashier.locator("form[action$='/take']").get_by_role("button").first.click()
    cashier.wait_for_load_state()
    cashier.locator("form[action*='/hand-over/'] button").first.click()
    cashier.wait_for_load_state()

    # The bank's statement brings the transfer; it is matched without a hand.
    accountant.goto("/staff/bank")
    before = tmp_path / "deposit.csv"
    closing = bank_statement(before, 0, [(amount, payer)])
    upload_statement(accountant, before)
    shopper.goto(transfer_page)
    expect(shopper.locator("main")).not_to_contain_text("입금을 기다")

    # 5. The vendor sees its own part only, ships; the shopper confirms all three orders.
    owner.goto("/vendor/orders")
    assert "한땀공방" not in owner.locator("main").inner_text()
    for _ in range(2):
        owner.goto("/vendor/orders")
        owner.locator("main a[href*='/vendor/orders/']").first.click()
        owner.locator("select[name=courier]").select_option("cj")
        owner.locator("input[name=tracking_number]").fill("123456789012")
        owner.locator("form[action$='/ship'] button").click()
        owner.wait_for_load_state()
    for page in (card_page, transfer_page, hall_page):
        shopper.goto(page)
        confirm = shopper.locator("form[action*='/confirm/'] button")
        confirm.first.click()
        shopper.wait_for_load_state()

    # 6. Staff settle: statement, payout by one, approved by another, file out, bank line in.
    settle(accountant, manager, maker, tmp_path, closing)

    # 7. The order page shows when the bank paid the maker; the city sees what came back.
    shopper.goto(transfer_page)
    trail = shopper.locator("#money-trail")
    expect(trail).to_contain_text("에 은행이 보냈습니다.")
    expect(trail).to_contain_text("13,680원")  # 12,000 less 1,200 commission and 120 VAT on it, and the 3,000 of the parcel
    shopper.goto("/local-return")
    assert won_in(shopper.locator("main").inner_text()) > 0
    assert by_card
    accountant.goto("/staff/ledger")
    says(accountant, "시산표")


def upload_statement(accountant: Page, path) -> None:
    accountant.goto("/staff/bank")
    upload = accountant.locator("form[action$='/statements']")
    upload.locator("input[type=file]").set_input_files(path)
    upload.get_by_role("button", name="올리고 맞추기").click()
    accountant.wait_for_load_state()


def settle(accountant: Page, manager: Page, maker: str, tmp_path, opening_won: int) -> None:
    """Statement issued and approved, payout prepared by one, approved by another, file out, bank line in, nothing unexplained."""
    accountant.goto("/staff/statements")
    accountant.get_by_role("button", name="확정된 판매 모으고 발행하기").click()
    accountant.wait_for_load_state()
    accountant.locator("tr", has_text=maker).locator("input[name=statement]").check()
    accountant.locator("input[name=reason]").fill("시험: 이의 기간을 기다리지 않음")
    accountant.get_by_role("button", name="고른 정산서 승인").click()
    accountant.wait_for_load_state()
    accountant.goto("/staff/payouts")
    accountant.get_by_role("button", name="승인된 정산서 묶기").click()
    accountant.wait_for_load_state()
    accountant.locator("tr", has_text=maker).get_by_role("link").first.click()
    accountant.wait_for_load_state()
    payout = accountant.url
    own_approval = accountant.locator("form[action$='/approve'] button")
    if own_approval.count():
        own_approval.click()
        says(accountant, "다른 사람")
    manager.goto(payout)
    manager.locator("form[action$='/approve'] button").click()
    manager.wait_for_load_state()
    accountant.goto("/staff/payouts")
    accountant.get_by_role("button", name="은행 파일 만들기").click()
    accountant.wait_for_load_state()
    with accountant.expect_download() as download:
        accountant.get_by_role("button", name="전북은행").first.click()
    rows = download.value.path().read_bytes().decode("cp949")
    line = next(row for row in csv.reader(io.StringIO(rows)) if maker in row)
    sent_won = int(line[2].replace(",", ""))
    statement = tmp_path / "payout.csv"
    bank_statement(statement, opening_won, [(-sent_won, maker)])
    upload_statement(accountant, statement)
    accountant.goto(payout)
    expect(accountant.locator("main")).to_contain_text("은행이 지급한 날")
    accountant.goto("/staff/processor")
    accountant.get_by_role("button", name="지금 맞춰 보기").click()
    accountant.wait_for_load_state()
    explain_the_rest(accountant)


def explain_the_rest(accountant: Page) -> None:
    """What no order or payout fits is set down as unidentified, by a person; the front page then says 0."""
    for _ in range(10):
        accountant.goto("/staff/bank")
        find = accountant.locator("main a[href*='/staff/bank/lines/']")
        if not find.count():
            break
        find.first.click()
        accountant.wait_for_load_state()
        accountant.locator("form[action$='/confirm'] button", has_text="미확인").click()
        accountant.wait_for_load_state()
    accountant.goto("/staff")
    expect(accountant.locator(".stat").filter(has_text="설명되지 않은 원")).to_contain_text("0원")
