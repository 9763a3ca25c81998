"""Fixtures of the browser journeys: one hall, one Chromium, a fresh context a test; a page that logs an error fails its test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.hall import serve_hall
from tests.browsers import FLAGS, find_chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a demo hall with some trade in it."""
    if running := os.environ.get("HALL_URL"):  # a demo hall that is being served already
        yield running
        return
    with serve_hall(tmp_path_factory.mktemp("hall")) as base:
        yield base


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    assert path, "Chromium is not on this machine"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def new_context(chromium: Browser, base: str, *, width: int = 1440, javascript: bool = True, lang: str = "ko") -> BrowserContext:
    """A browser of its own: cookies, width, language."""
    context = chromium.new_context(
        base_url=base, locale="ko-KR", timezone_id="Asia/Seoul", viewport={"width": width, "height": 900},
        java_script_enabled=javascript, accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    if lang != "ko":
        context.add_cookies([{"name": "lang", "value": lang, "url": base}])
    return context


@pytest.fixture
def open_browser(chromium: Browser, hall: str) -> Iterator[object]:
    """`open_browser(width=390)` gives a page of a fresh browser; console errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(**options: object) -> Page:
        context = new_context(chromium, hall, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        # A page left while its cross-page transition still runs reports that; nothing is wrong with it.
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}") if "ransition" not in str(error) else None)
        page.on("console", lambda message: errors.append(f"{page.url}: {message.text}") if message.type == "error"
                and "status of 4" not in message.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors


SHOTS = Path("screenshots")
