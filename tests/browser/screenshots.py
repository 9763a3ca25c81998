"""`make screenshots`: the main pages at phone and desk width, in Korean and English, into screenshots/ (ignored by git)."""

import os
import tempfile
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import new_context
from tests.browser.hall import serve_hall
from tests.browser.steps import sign_in
from tests.browsers import FLAGS, find_chromium

PAGES = {
    None: ["/", "/goods", "/zones/food", "/search?q=한지", "/search?q=없는물건", "/goods/handdam-notebook",
           "/makers", "/makers/handdam", "/directory", "/cart", "/local-return", "/orders/find", "/rules/terms",
           "/account/login", "/account/register", "/styleguide", "/nowhere"],
    "handdam@example.com": ["/vendor", "/vendor/orders", "/vendor/products", "/vendor/products/new", "/vendor/stock",
                            "/vendor/money", "/vendor/profile"],
    "manager@example.com": ["/staff", "/staff/bank", "/staff/processor", "/staff/statements", "/staff/payouts", "/staff/orders",
                            "/staff/counter", "/staff/reviews", "/staff/stock", "/staff/agreements", "/staff/ledger",
                            "/staff/periods", "/staff/people", "/staff/audit", "/staff/messages", "/staff/jobs"],
}


def main() -> None:
    """Draw everything; prints each file as it is written."""
    folder = Path("screenshots")
    folder.mkdir(exist_ok=True)
    running = os.environ.get("HALL_URL")
    with (
        tempfile.TemporaryDirectory() as instance,
        nullcontext(running) if running else serve_hall(Path(instance), days=92) as base,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for width in (390, 1440):
            for lang in ("ko", "en"):
                for who, paths in PAGES.items():
                    page = new_context(browser, base, width=width).new_page()
                    if who:
                        sign_in(page, who)
                    page.context.add_cookies([{"name": "lang", "value": lang, "url": base}])
                    for path in paths:
                        _draw(page, path, folder / f"{_name(who, path)}-{width}-{lang}.png")
                    page.context.close()
        browser.close()


def _name(who: str | None, path: str) -> str:
    side = "shop" if who is None else who.partition("@")[0]
    return f"{side}-{path.strip('/').replace('/', '-').replace('?', '-') or 'home'}"


def _draw(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(image => image.loading = 'eager')")
    page.wait_for_timeout(300)
    page.screenshot(path=file, full_page=True)
    print(file)


if __name__ == "__main__":
    main()
