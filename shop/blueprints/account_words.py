"""The accounts of the chart in the reader's words."""

from collections.abc import Mapping

from flask_babel import gettext as _

from shop.translating import lazy as _l

CLASSES = {"assets": _l("자산"), "liabilities": _l("부채"), "income": _l("수익"), "expenses": _l("비용")}
PERIOD_STATES = {"open": ("ok", _l("열림")), "soft": ("warn", _l("잠정 마감")), "hard": ("plain", _l("확정 마감"))}

ACCOUNTS = {
    "assets:bank": _l("은행 계좌"),
    "assets:processor": _l("카드 결제사가 맡아 둔 돈"),
    "assets:acquirer": _l("판매장 카드 매출, 아직 안 들어온 돈"),
    "assets:local_currency": _l("전주사랑상품권, 아직 안 넣은 것"),
    "assets:cash:drawer": _l("계산대 현금"),
    "assets:cash:safe": _l("금고 현금"),
    "assets:vendor_debt": _l("단체에서 받을 돈"),
    "assets:clearing": _l("옛 계산대 기록, 입금 확인 전"),
    "liabilities:orders_in_progress": _l("구매 확정 전 주문 대금"),
    "liabilities:vendor_payable": _l("단체에 줄 돈"),
    "liabilities:payouts_in_transit": _l("보냈으나 은행에서 아직 못 본 지급"),
    "liabilities:refunds_due": _l("돌려줄 돈"),
    "liabilities:unidentified_receipts": _l("누가 보냈는지 모르는 입금"),
    "liabilities:vat_output": _l("부가세 예수금"),
    "liabilities:store_credit": _l("적립금"),
    "liabilities:community_fund": _l("공동체 기금"),
    "income:commission": _l("판매 수수료"),
    "income:own_sales": _l("매입 상품 매출"),
    "income:cash_over": _l("현금 과잉"),
    "expenses:processor_fees": _l("결제 수수료"),
    "expenses:promotions": _l("센터가 낸 할인"),
    "expenses:cash_short": _l("현금 부족"),
    "expenses:stock_loss": _l("재고 손실"),
    "expenses:write_off": _l("못 받아 털어 낸 돈"),
}


def account_label(code: str, vendor_names: Mapping[int, str]) -> str:
    """An account in words, with its owner: `단체에 줄 돈 · 한땀공방`; a code this list does not know stays a code."""
    if code in ACCOUNTS:
        return str(ACCOUNTS[code])
    kind, _colon, owner = code.rpartition(":")
    if kind not in ACCOUNTS:
        return code
    if kind in ("liabilities:vendor_payable", "assets:vendor_debt") and owner.isdecimal():
        owner = vendor_names.get(int(owner), owner)
    return _("%(account)s · %(owner)s", account=ACCOUNTS[kind], owner=owner)
