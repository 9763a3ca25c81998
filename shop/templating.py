"""What every template knows: filters for money, days and two-language fields, and the site's own facts."""

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_date, format_datetime

from shop.extensions import babel
from shop.kernel.clock import SEOUL, seoul_day
from shop.parts import kept
from shop.translating import init_translating, language

SITE = {
    "name": "온고을장터",
    "operator": "전주시 사회적경제지원센터 (시연)",
    "representative": "홍길동",
    "brn": "999-83-00019",
    "mail_order_no": "제2026-전주완산-0000호 (가상)",
    "address": "전북특별자치도 전주시 완산구 (가상 주소)",
    "phone": "063-000-0000",
    "email": "hall@example.com",
    "hosting": "자체 운영",
}
SITE_IN_ENGLISH = {
    **SITE,
    "name": "Ongoeul Market",
    "operator": "Jeonju Social Economy Support Centre (demonstration)",
    "representative": "Hong Gildong",
    "mail_order_no": "2026-JeonjuWansan-0000 (fictional)",
    "address": "Wansan-gu, Jeonju, Jeonbuk State, Korea (fictional)",
    "hosting": "The centre itself",
}


def is_english() -> bool:
    """Whether the reader has chosen English."""
    return language() == "en"


def won(amount: int | None) -> str:
    """`12000` → `12,000원`, in English `₩12,000`; minus as a true minus sign."""
    if amount is None:
        return "–"
    text = f"{abs(amount):,}"
    sign = "−" if amount < 0 else ""
    return f"{sign}₩{text}" if is_english() else f"{sign}{text}원"


def number(value: int) -> str:
    """`12000` → `12,000`."""
    return f"{value:,}".replace("-", "−")


def bps(rate: int) -> str:
    """Basis points as per cent: `1000` → `10%`, `1250` → `12.5%`."""
    return f"{rate // 100}.{rate % 100:02d}".rstrip("0").rstrip(".") + "%"


def day(value: date | datetime | None) -> str:
    """A Seoul day: `11월 22일 (일)`, with its year where that is not the present one's neighbour."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = seoul_day(value)
    return format_date(value, "MMM d, y" if is_english() else "y년 M월 d일")


def moment(value: datetime | None) -> str:
    """An instant in Seoul time, to the minute."""
    if value is None:
        return "–"
    return format_datetime(value.astimezone(SEOUL), "MMM d, y HH:mm" if is_english() else "y.MM.dd HH:mm", rebase=False)


def local(row: Any, field: str) -> str:
    """A two-language field of a row in the reader's language, Korean where English is empty."""
    if is_english():
        english = row.get(f"{field}_en") if isinstance(row, dict) else getattr(row, f"{field}_en", "")
        if english:
            return english
    return row[field] if isinstance(row, dict) else getattr(row, field)


def _choose_locale() -> str:
    chosen = request.cookies.get("lang", "") if request else ""
    return chosen if chosen in current_app.config["LANGUAGES"] else "ko"


@lru_cache(maxsize=512)
def _digest(path: str, _changed: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


_urls: dict[str, str] = {}


def asset(name: str) -> str:
    """The URL of a static file with its content's hash, so that it may be cached for ever."""
    url = _urls.get(name)
    if url is None:
        path = Path(current_app.static_folder or "") / name
        version = _digest(str(path), path.stat().st_mtime) if path.is_file() else "0"
        url = url_for("static", filename=name, v=version)
        if not current_app.debug and not current_app.testing:
            _urls[name] = url
    return url


def init_templating(app: Flask) -> None:
    """Register filters, globals and the context every page gets."""
    babel.init_app(app, locale_selector=_choose_locale)
    init_translating(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(won=won, number=number, bps=bps, day=day, moment=moment, local=local)
    app.jinja_env.globals.update(asset=asset, is_english=is_english, kept=kept)

    @app.context_processor
    def facts() -> dict[str, Any]:
        from shop.blueprints.access import current_vendor, may_enter, staff_roles

        return {
            "locale": "en" if is_english() else "ko",
            "site": SITE_IN_ENGLISH if is_english() else SITE,
            "is_demo": current_app.config["APP_ENV"] != "production",
            "may_enter": may_enter,
            "staff_roles": staff_roles() if request else frozenset(),
            "current_vendor": current_vendor if request else None,
            "cart_count": _cart_count(),
        }


def _cart_count() -> int:
    """Units in this browser's cart, kept in its own cookie so that no page asks the database for it."""
    text = request.cookies.get("cart_count", "0") if request else "0"
    return int(text) if text.isdecimal() and len(text) < 4 else 0
