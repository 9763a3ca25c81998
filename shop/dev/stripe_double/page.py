"""The hosted payment page behind `session.url`: plain forms, no script, nothing loaded from elsewhere."""

from importlib import resources
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from . import machine
from .machine import Desk, World
from .objects import Body
from .problems import Problem

_STYLE = resources.files("shop.dev.stripe_double").joinpath("page/page.css")

WORDS = {
    "ko": {
        "banner": "시연용 결제입니다. 실제로 돈이 나가지 않습니다.",
        "title": "카드 결제",
        "merchant": "온고을장터",
        "amount": "결제 금액",
        "card": "시연용 카드 •••• 4242",
        "pay": "%(amount)s 결제하기",
        "cancel": "결제하지 않고 돌아가기",
        "trials": "다른 상황 살펴보기",
        "decline": "카드 승인 거절",
        "decline_hint": "카드사가 거절하고, 이 화면에서 다시 결제할 수 있습니다.",
        "pay_and_close": "결제한 뒤 창 닫기",
        "pay_and_close_hint": "결제는 되지만 가게로 돌아가지 않습니다.",
        "pay_lose_webhook": "결제하고 알림 잃기",
        "pay_lose_webhook_hint": "결제는 되지만 가게에 결제 알림이 가지 않습니다.",
        "declined": "카드사가 승인을 거절했습니다. 다시 시도해 주세요.",
        "done": "결제가 끝났습니다",
        "may_close": "창을 닫아도 됩니다.",
        "back": "가게로 돌아가기",
        "expired": "결제 시간이 지났습니다",
        "expired_hint": "가게에서 다시 주문해 주세요.",
        "unknown": "없는 결제 화면입니다",
        "other": "English",
        "other_lang": "en",
    },
    "en": {
        "banner": "This is a demonstration payment. No money moves.",
        "title": "Card payment",
        "merchant": "Ongoeul Market",
        "amount": "Amount",
        "card": "Demonstration card •••• 4242",
        "pay": "Pay %(amount)s",
        "cancel": "Go back without paying",
        "trials": "Try another situation",
        "decline": "Decline the card",
        "decline_hint": "The issuer refuses, and you may try again on this page.",
        "pay_and_close": "Pay, then close the tab",
        "pay_and_close_hint": "The payment succeeds but you never return to the shop.",
        "pay_lose_webhook": "Pay, but lose the notice",
        "pay_lose_webhook_hint": "The payment succeeds but the shop is not notified.",
        "declined": "The card issuer declined the payment. Please try again.",
        "done": "Payment complete",
        "may_close": "You may close this window.",
        "back": "Return to the shop",
        "expired": "This payment page has expired",
        "expired_hint": "Please order again in the shop.",
        "unknown": "There is no such payment page",
        "other": "한국어",
        "other_lang": "ko",
    },
}


def won(amount: int, lang: str) -> str:
    """12,000원 or ₩12,000."""
    return f"₩{amount:,}" if lang == "en" else f"{amount:,}원"


class Page:
    """Mounts the payment page and its stylesheet."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self.desk = desk
        app.add_url_rule("/pay/<session_id>", "pay", self.view, methods=["GET", "POST"])
        app.add_url_rule("/page.css", "style", self.style)

    def style(self) -> Response:
        """The stylesheet."""
        return Response(_STYLE.read_text("utf-8"), mimetype="text/css")

    def view(self, session_id: str) -> AnyResponse:
        """Show the page, or do what its buttons say."""
        with self.desk.world() as world:
            try:
                session = machine.lapse(world, world.unit.get("checkout.session", session_id))
            except Problem:
                return self._render(None, False)
            act = request.form.get("act", "") if request.method == "POST" else ""
            if act and session["status"] == "open":
                _do(world, session, act)
            declined = bool(session["payment_intent"]) and session["status"] == "open"
        self.desk.wake()
        if act == "decline":
            return redirect(request.script_root + request.full_path.rstrip("?"), 303)
        if act in ("pay", "pay_lose_webhook") and session["status"] == "complete":
            return redirect(_target(session), 303)
        return self._render(session, declined)

    def _render(self, session: Body | None, declined: bool) -> Response:
        lang = request.args.get("lang") or (session or {}).get("locale")
        lang = lang if lang in WORDS else "ko"
        text = render_template(
            "page.html",
            words=WORDS[lang],
            lang=lang,
            session=session,
            declined=declined,
            amount=won(session["amount_total"], lang) if session else "",
            target=_target(session) if session else "",
        )
        response = Response(text, 200 if session else 404)
        response.headers.update(_headers(session))
        return response


def _do(world: World, session: Body, act: str) -> None:
    if act == "decline":
        machine.decline(world, session)
    elif act in ("pay", "pay_and_close", "pay_lose_webhook"):
        world.silent = act == "pay_lose_webhook"
        machine.pay(world, session)
    else:
        abort(400)


def _target(session: Body) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _headers(session: Body | None) -> dict[str, str]:
    """A policy of nothing but this page's own stylesheet and forms; browsers apply form-action to the redirect too."""
    addresses = [session["success_url"], session["cancel_url"] or session["success_url"]] if session else []
    places = {urlsplit(address)[:2] for address in addresses}
    forms = " ".join(["'self'", *sorted(f"{scheme}://{host}" for scheme, host in places)])
    policy = f"default-src 'none'; style-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
