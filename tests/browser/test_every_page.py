"""Every page that a link leads to, once for each kind of reader: it answers, fits a phone, logs no error, axe finds nothing."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.steps import sign_in

MOST_PAGES = 90
SHAPE = re.compile(r"/(\d+|[A-Z]\d{6}-[A-Z0-9]+|[\w-]{30,}|20\d\d-\d\d)(?=/|$)")
NOT_PAGES = re.compile(r"^/(media|static|dev|account/logout)|\.(csv|json|pdf)$")
# One page of each: the others of its kind are drawn by the same template.
KINDS = [(re.compile(r"^/goods/[^/]+$"), "/goods/*"), (re.compile(r"^/makers/[^/]+$"), "/makers/*")]


def shape_of(path: str) -> str:
    """What makes two addresses the same page: numbers and codes do not count."""
    for pattern, shape in KINDS:
        if pattern.match(path):
            return shape
    return SHAPE.sub("/*", path)


def links_of(page: Page, base: str) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    own = [urlsplit(link) for link in found if link.startswith(base)]
    return [link.path for link in own if not NOT_PAGES.search(link.path)]


def walk(page: Page, base: str, start: list[str]) -> list[str]:
    """Visit one page of every shape that can be reached; returns what is wrong."""
    seen, todo, wrong, axe = set(), deque(start), [], Axe()
    while todo and len(seen) < MOST_PAGES:
        path = todo.popleft()
        if shape_of(path) in seen:
            continue
        seen.add(shape_of(path))
        answer = page.goto(path)
        if answer is None or answer.status >= 400:
            wrong.append(f"{path} answers {answer.status if answer else 'nothing'}")
            continue
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path} scrolls sideways")
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        violations = found.response["violations"]
        wrong += [f"{path} axe {v['id']}: {v['nodes'][0]['html'][:120]}" for v in violations]
        todo.extend(links_of(page, base))
    assert len(seen) > 10, f"only {len(seen)} pages were reached"
    return wrong


@pytest.mark.parametrize(("who", "start"), [
    (None, ["/", "/goods", "/cart", "/checkout", "/orders/find", "/account/login", "/account/register"]),
    ("shopper@example.com", ["/account", "/apply"]),
    ("handdam@example.com", ["/vendor"]),
    ("manager@example.com", ["/staff", "/staff/orders", "/staff/payouts", "/staff/bank"]),
])
def test_every_page_answers_fits_and_is_accessible(open_browser, hall, who, start):
    page = open_browser(width=390)
    if who:
        sign_in(page, who)
    wrong = walk(page, hall, start)
    assert not wrong, "\n".join(wrong)


SPOKEN = """() => {
    const page = document.body.cloneNode(true);
    // A seller's legal identity and its own notice are Korean by law and marked so; search shows first consonants on purpose.
    page.querySelectorAll('[lang=ko], script, [placeholder] ').forEach(part => part.remove());
    return page.textContent.match(/[가-힣]{2,}[^\\n]{0,20}/g) || [];
}"""


IN_ENGLISH = ["/", "/goods", "/zones/food", "/goods/handdam-notebook", "/makers", "/makers/handdam", "/cart", "/local-return",
              "/orders/find", "/account/login", "/account/register", "/rules/terms", "/rules/privacy"]


@pytest.mark.parametrize("path", IN_ENGLISH)
def test_the_main_pages_speak_english(open_browser, path):
    page = open_browser(lang="en")
    page.goto(path)
    assert page.evaluate(SPOKEN) == []
