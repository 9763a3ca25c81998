"""The words by which states of orders and money are shown, with their tone."""


from shop.orders.models import FulfilmentState, OrderState
from shop.payments.counter import Tender
from shop.payments.models import PaymentMethod, PaymentState, RefundState
from shop.translating import lazy as _l

ORDER_STATES = {
    OrderState.AWAITING_PAYMENT: ("warn", _l("입금 기다림")), OrderState.PAID: ("ok", _l("결제 완료")),
    OrderState.CANCELED: ("line", _l("취소됨")), OrderState.EXPIRED: ("line", _l("기한 지남")),
}
FULFILMENT_STATES = {
    FulfilmentState.WAITING: ("plain", _l("입금 뒤에 준비")), FulfilmentState.PREPARING: ("warn", _l("준비 중")),
    FulfilmentState.SHIPPED: ("info", _l("보냄")), FulfilmentState.HANDED_OVER: ("info", _l("건네드림")),
    FulfilmentState.CONFIRMED: ("ok", _l("구매 확정")), FulfilmentState.CANCELED: ("line", _l("취소됨")),
}
METHODS = {
    PaymentMethod.CARD: _l("카드"), PaymentMethod.BANK_TRANSFER: _l("계좌이체"), PaymentMethod.PAY_AT_HALL: _l("판매장에서 내기"),
    PaymentMethod.OLD_TILL: _l("옛 계산대"),
}
PAYMENT_STATES = {
    PaymentState.PENDING: ("warn", _l("기다림")), PaymentState.PAID: ("ok", _l("받음")), PaymentState.FAILED: ("bad", _l("실패")),
    PaymentState.EXPIRED: ("line", _l("기한 지남")), PaymentState.CANCELED: ("line", _l("취소됨")),
}
REFUND_STATES = {
    RefundState.DUE: ("warn", _l("돌려드릴 돈")), RefundState.SENT: ("ok", _l("돌려드림")),
    RefundState.FAILED: ("bad", _l("돌려드리지 못함")),
}
DEEDS = {
    "order.shipped": _l("택배로 보냄"), "order.handed_over": _l("건네드림"), "order.canceled": _l("취소함"),
    "order.refunded": _l("환불을 정함"), "order.paid_at_counter": _l("계산대에서 받음"),
}
TENDERS = {Tender.CASH: _l("현금"), Tender.CARD_SLIP: _l("카드 단말기"), Tender.LOCAL_CURRENCY: _l("전주사랑상품권")}
OUTCOMES = {
    "late": _l("늦게 들어온 돈"), "second": _l("두 번 들어온 돈"), "short": _l("모자라게 들어온 돈"),
    "settled_over": _l("더 들어온 돈"), "shopper": _l("사신 분이 취소"),
}
