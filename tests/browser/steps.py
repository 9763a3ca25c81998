"""What people do in the browser, as functions over a page: the journeys read as stories."""

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

PASSWORD = "ongoeul-demo"
SEOUL = ZoneInfo("Asia/Seoul")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    page.goto("/account/login")
    page.get_by_label("이메일", exact=True).fill(email)
    page.get_by_label("비밀번호", exact=True).fill(password)
    page.get_by_label("비밀번호", exact=True).press("Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)
    return page


def register(page: Page, name: str, email: str, password: str) -> None:
    page.goto("/account/register")
    page.get_by_label("이름").fill(name)
    page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="계정 만들기").click()
    page.wait_for_load_state()
    sign_in(page, email, password)


def apply_as_vendor(page: Page, *, name: str, brn: str, dong: str) -> None:
    page.goto("/apply")
    page.get_by_label("단체 이름").fill(name)
    page.locator("select[name=kind]").select_option("village_enterprise")
    page.get_by_label("대표자").fill("나만든")
    page.locator("select[name=dong_code]").select_option(label=_option(page, "dong_code", dong))
    page.get_by_label("주소", exact=True).fill("전주시 완산구 시험길 1 (가상)")
    page.get_by_label("전화", exact=True).fill("063-000-0199")
    page.locator("main input[name=email]").fill("trial@example.com")
    page.get_by_label("사업자등록번호").fill(brn)
    page.locator("select[name=vat_kind]").select_option("general")
    page.get_by_label("간이과세자라 신고하지 않음").check()
    page.locator("select[name=bank]").select_option(index=1)
    page.get_by_label("계좌번호").fill("999-77-1234567")
    page.get_by_label("예금주").fill(name)
    page.get_by_role("button", name="신청서 보내기").click()


def _option(page: Page, select: str, part: str) -> str:
    """The full label of the option that holds a text."""
    labels = page.locator(f"select[name={select}] option").all_inner_texts()
    return next(label for label in labels if part in label)


def order_cart(page: Page, *, method: str, name: str = "김시험", payer: str = "", address: bool = True) -> str:
    """Check out what lies in the cart; returns the order's number. Leaves the page wherever the shop leads."""
    page.goto("/checkout")
    page.get_by_label("이름", exact=True).fill(name)
    page.get_by_label("휴대전화").fill("010-9000-4321")
    page.locator("main input[name=email]").fill("trial.shopper@example.com")
    if address:
        page.get_by_label("우편번호").fill("54999")
        page.get_by_label("주소", exact=True).fill("전주시 완산구 전주객사길 10, 3층 (가상)")
    page.locator(f"input[name=method][value={method}]").check()
    if payer:
        page.get_by_label("입금자명").fill(payer)
    page.get_by_role("button", name=re.compile("주문하기")).click()
    page.wait_for_load_state()
    return ""


def number_in(url: str) -> str:
    found = re.search(r"/orders/([A-Z0-9-]+)/", url)
    assert found, url
    return found.group(1)


def won_in(text: str) -> int:
    found = re.search(r"([\d,]+)원", text)
    assert found, text
    return int(found.group(1).replace(",", ""))


def bank_statement(path: Path, opening_won: int, moves: list[tuple[int, str]]) -> int:
    """Write a statement in 전북은행's layout (CP949); returns the closing balance."""
    at = datetime.now(SEOUL).replace(microsecond=0) - timedelta(minutes=len(moves))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([["거래내역조회"], ["예금주", "전주시사회적경제지원센터"], [],
                      ["", "거래일자", "거래시간", "출금금액", "입금금액", "거래후잔액", "적요", "취급은행(지점)"]])
    balance = opening_won
    for minute, (amount, description) in enumerate(moves):
        balance += amount
        when = at + timedelta(minutes=minute)
        writer.writerow(["", f"{when:%Y.%m.%d}", f"{when:%H:%M:%S}", f"{max(0, -amount):,}", f"{max(0, amount):,}",
                         f"{balance:,}", description, "전북은행"])
    path.write_bytes(text.getvalue().encode("cp949"))
    return balance


def no_sideways_scroll(page: Page) -> None:
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits, f"{page.url} scrolls sideways"


def says(page: Page, text: str) -> None:
    expect(page.locator("body")).to_contain_text(text)
