"""Which messages there are and what each needs to know.

A context is a plain dictionary of JSON values. Amounts are integer won, days are `YYYY-MM-DD`, instants are ISO 8601 with their
offset. A message builds its own links from numbers, tokens and codes; a use case never hands it a URL.

    items      [{"name": str, "quantity": int, "total_won": int}, …]
    bank       {"bank": str, "number": str, "holder": str, "payer_name": str} or None where another way of paying was chosen
    pay_by     instant until which the money must have arrived, or None
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

ORDER = ("name", "order_number", "token")

CONTEXTS: dict[str, tuple[str, ...]] = {
    # to the shopper (`name` is the shopper's)
    "order_placed": (*ORDER, "items", "total_won", "bank", "pay_by"),
    "payment_received": (*ORDER, "total_won"),
    "order_link": ORDER,
    "order_shipped": (*ORDER, "vendor_name", "carrier", "tracking_number"),
    "ready_for_pickup": (*ORDER, "vendor_name"),
    "order_expired": (*ORDER, "items"),
    "refund_made": (*ORDER, "amount_won"),
    # to the vendor's team
    "vendor_new_order": ("vendor_name", "order_number", "items"),
    "vendor_approved": ("vendor_name",),
    "vendor_returned": ("vendor_name", "reason"),
    "listing_published": ("vendor_name", "product_name", "product_code"),
    "listing_returned": ("vendor_name", "product_name", "reason"),
    "statement_issued": ("vendor_name", "month", "payable_won"),
    "payout_paid": ("vendor_name", "month", "amount_won"),
    # to anybody with an account; `link` is a path
    "account_welcome": ("name", "email", "link"),
    "account_exists": ("name", "email", "link"),
    "account_confirm": ("name", "email", "link"),
    "password_reset": ("name", "email", "link"),
    "password_changed": ("name", "email"),
    # to the hall's own mailbox
    "second_factor_lost": ("name", "email"),
}

TITLES = {
    "order_placed": _l("주문 접수"),
    "order_link": _l("주문 주소"),
    "payment_received": _l("입금 확인"),
    "order_shipped": _l("발송"),
    "ready_for_pickup": _l("수령 준비"),
    "order_expired": _l("주문 자동 취소"),
    "refund_made": _l("환불"),
    "vendor_new_order": _l("판매자: 새 주문"),
    "vendor_approved": _l("판매자: 입점 승인"),
    "vendor_returned": _l("판매자: 입점 신청 보완"),
    "listing_published": _l("판매자: 상품 게시"),
    "listing_returned": _l("판매자: 상품 보완"),
    "statement_issued": _l("판매자: 정산서"),
    "payout_paid": _l("판매자: 정산금 지급"),
    "account_welcome": _l("가입 환영"),
    "account_exists": _l("이미 있는 계정"),
    "account_confirm": _l("이메일 확인"),
    "password_reset": _l("비밀번호 재설정"),
    "password_changed": _l("비밀번호 변경"),
    "second_factor_lost": _l("2단계 인증 분실 신고"),
}

INSTANTS = {"pay_by"}

PLAIN = (str, int, bool, type(None))


def check_context(template: str, context: Mapping[str, Any]) -> None:
    """Assert that a message exists and that its context has every key, in plain values."""
    assert template in CONTEXTS, f"no message is named {template!r}"
    missing = set(CONTEXTS[template]) - set(context)
    assert not missing, f"message {template!r} lacks {sorted(missing)}"
    assert _is_plain(dict(context)), f"message {template!r} holds a value that JSON cannot carry"


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(_is_plain(inner) for inner in value)
    return isinstance(value, PLAIN) and not isinstance(value, date | datetime)
