"""The words by which the money rooms' states, kinds and reasons are shown, with the tone of their pills."""

from flask_babel import gettext as _

from shop.ledger import accounts
from shop.reconciliation.cases import BANK_FEES, INTEREST
from shop.reconciliation.models import BankLineState, CaseState, MatchTarget
from shop.reconciliation.suggesting import Suggestion
from shop.reconciliation.targets import Target
from shop.settlements.models import LineKind, PayoutState, StatementState
from shop.templating import won
from shop.translating import lazy as _l

LINE_STATES = {
    BankLineState.UNEXPLAINED: ("bad", _l("설명 없음")),
    BankLineState.MATCHED: ("ok", _l("맞춤")),
    BankLineState.IN_CASE: ("warn", _l("사건")),
}
STATEMENT_STATES = {
    StatementState.ISSUED: ("info", _l("이의 기간")),
    StatementState.APPROVED: ("ok", _l("승인")),
    StatementState.PAID: ("ok", _l("지급됨")),
    StatementState.HELD: ("bad", _l("멈춤")),
    StatementState.CANCELED: ("line", _l("취소됨")),
}
PAYOUT_STATES = {
    PayoutState.PREPARED: ("warn", _l("승인 기다림")),
    PayoutState.APPROVED: ("info", _l("파일 기다림")),
    PayoutState.SENT: ("info", _l("은행에 보냄")),
    PayoutState.PAID: ("ok", _l("은행이 지급")),
    PayoutState.FAILED: ("bad", _l("실패")),
    PayoutState.CANCELED: ("line", _l("취소됨")),
}
CASE_STATES = {
    CaseState.OPEN: ("bad", _l("열림")),
    CaseState.PROPOSED: ("warn", _l("확인 기다림")),
    CaseState.CLOSED: ("ok", _l("닫힘")),
}
LINE_KINDS = {
    LineKind.EARNING: _l("판매"),
    LineKind.PARCEL: _l("택배비"),
    LineKind.REVERSAL: _l("환불"),
    LineKind.ADJUSTMENT: _l("조정"),
}
TARGETS = {
    MatchTarget.PAYMENT: _l("주문"),
    MatchTarget.PAYOUT: _l("지급"),
    MatchTarget.PROCESSOR_PAYOUT: _l("카드사 입금"),
    MatchTarget.REFUND: _l("환불"),
    MatchTarget.HALL_DEPOSIT: _l("판매장 입금"),
    MatchTarget.UNIDENTIFIED: _l("미확인 입금"),
    MatchTarget.SURPLUS: _l("더 들어온 돈"),
    MatchTarget.CASE: _l("사건"),
}
FITS = {
    "code": _l("번호·금액 일치"),
    "name": _l("이름·금액 일치"),
    "sum": _l("이름 일치 · 합이 맞음"),
    "over": _l("이름 일치 · 더 들어옴"),
    "similar": _l("금액 일치 · 이름 다름"),
    "amount": _l("금액만 일치"),
}
EXPLANATIONS = {
    accounts.WRITE_OFF: _l("손실로 지움"),
    BANK_FEES: _l("은행 수수료"),
    INTEREST: _l("이자"),
    accounts.UNIDENTIFIED_RECEIPTS: _l("미확인 입금"),
    accounts.REFUNDS_DUE: _l("돌려줄 돈"),
    accounts.PROCESSOR_FEES: _l("카드 수수료"),
}
CARRIED = {
    "negative": _l("돌려받을 돈이 더 많아 다음으로 넘깁니다"),
    "tiny": _l("1,000원보다 적어 다음으로 넘깁니다"),
    "refunds": _l("정산서 뒤에 환불이 있었습니다. 추가 정산서를 먼저 발행하세요"),
}
HALL_ACCOUNTS = {
    "assets:cash:drawer": _l("계산대 현금"),
    "assets:cash:safe": _l("금고"),
    "assets:acquirer": _l("카드 전표"),
    "assets:local_currency": _l("전주사랑상품권"),
}
CASE_KINDS = {"bank_line": _l("은행 줄"), "payout_unproved": _l("카드사 입금이 줄과 다름")}
ACTIONS = {
    "statement.issued": _l("발행"),
    "statement.approved": _l("승인"),
    "statement.objected": _l("이의"),
    "statement.accepted": _l("만든 이가 받아들임"),
    "statement.held": _l("멈춤"),
    "statement.released": _l("다시 발행"),
    "statement.canceled": _l("취소됨"),
    "payout.prepared": _l("준비"),
    "payout.approved": _l("승인"),
    "payout.canceled": _l("취소됨"),
    "payout.failed": _l("이체 실패"),
    "payout.paid": _l("은행 지급 확인"),
    "payout.unmatched": _l("은행 맞춤 되돌림"),
    "bank_line.matched": _l("맞춤"),
    "bank_line.match_undone": _l("되돌림"),
    "case.opened": _l("열림"),
    "case.proposed": _l("설명 제안"),
    "case.sent_back": _l("돌려보냄"),
    "case.closed": _l("닫힘"),
    "case.closed_by_match": _l("맞춤으로 닫힘"),
}


def target_words(target: Target) -> str:
    """A target in one phrase: what it is, its number, its amount."""
    name = target.code or target.name
    if target.kind is MatchTarget.PAYOUT and target.amount_won > 0:
        return _("되돌아온 지급 %(name)s %(won)s", name=name, won=won(target.amount_won))
    if target.kind is MatchTarget.HALL_DEPOSIT:
        name = next((str(words) for prefix, words in HALL_ACCOUNTS.items() if target.account.startswith(prefix)), target.account)
    return _("%(kind)s %(name)s %(won)s", kind=str(TARGETS[target.kind]), name=name, won=won(abs(target.amount_won)))


def suggestion_words(suggestion: Suggestion, line_name: str = "") -> str:
    """What a line may be explained by, and why, in one sentence."""
    what = " + ".join(target_words(target) for target in suggestion.targets)
    why = str(FITS[suggestion.fit])
    if suggestion.fit == "similar" and suggestion.targets[0].name:
        why = _("금액 일치 · 이름 다름 (%(name)s)", name=suggestion.targets[0].name)
    if suggestion.over_won:
        why = _("%(why)s · 남는 %(won)s은 돌려줄 돈", why=why, won=won(suggestion.over_won))
    if len(suggestion.targets) > 1:
        return _("후보 %(count)s건: %(what)s · %(why)s", count=len(suggestion.targets), what=what, why=why)
    return f"{what} · {why}"
