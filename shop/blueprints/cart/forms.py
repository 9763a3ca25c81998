"""The checkout's one form, ten fields for a guest, and the look-up's two."""

from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from shop.blueprints.fields import CHOOSE, NEEDED, Line, Lines, is_email, is_phone, options
from shop.carts.queries import CartBasket
from shop.kernel.korean import is_postcode
from shop.orders.placing import CheckoutDetails
from shop.payments.models import PaymentMethod
from shop.translating import lazy as _l

METHODS = options(
    (PaymentMethod.CARD.value, _l("카드")), (PaymentMethod.BANK_TRANSFER.value, _l("계좌이체")),
    (PaymentMethod.PAY_AT_HALL.value, _l("판매장에서 내기")),
)


def offered_methods() -> list[Any]:
    """The ways to pay that this hall can take: no card where no processor's key is set."""
    return [choice for choice in METHODS if choice.value != PaymentMethod.CARD.value or current_app.config["STRIPE_SECRET_KEY"]]


TELEPHONE = {"autocomplete": "tel", "inputmode": "tel", "type": "tel"}


class CheckoutForm(FlaskForm):
    """Who orders, where it goes, how it is paid. Nothing is ticked beforehand."""

    name = Line(_l("이름"), most=40, render_kw={"autocomplete": "name"})
    phone = Line(_l("휴대전화"), most=20, validators=(is_phone,), render_kw=TELEPHONE)
    email = Line(_l("이메일"), most=120, needed=False, validators=(is_email,),
                 render_kw={"autocomplete": "email", "inputmode": "email"})
    recipient = Line(_l("받는 분"), most=40, needed=False)
    postcode = Line(_l("우편번호"), most=5, needed=False, render_kw={"autocomplete": "postal-code", "inputmode": "numeric"})
    address = Lines(_l("주소"), most=200, needed=False, render_kw={"autocomplete": "street-address", "rows": 2})
    note = Line(_l("배송할 때 남길 말"), most=100, needed=False)
    method = RadioField(_l("내는 방법"), choices=METHODS, validators=[InputRequired(CHOOSE)])
    payer_name = Line(_l("입금자명"), most=20, needed=False)
    news = BooleanField(_l("새 물건과 전시 소식을 이메일로 받겠습니다."))
    cart = HiddenField()
    expected_total = HiddenField()

    def __init__(self, basket: CartBasket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_parcels = basket.has_parcels
        self.method.choices = offered_methods()
        for field in (self.postcode, self.address):
            field.flags.required = basket.has_parcels  # type: ignore[attr-defined]

    def validate_method(self, field: RadioField) -> None:
        if field.data not in [choice.value for choice in offered_methods()]:
            raise ValidationError(CHOOSE)

    def validate_postcode(self, field: StringField) -> None:
        if self.has_parcels and not is_postcode(field.data or ""):
            raise ValidationError(_l("우편번호 다섯 자리를 적어 주세요. 예: 55041"))

    def validate_address(self, field: StringField) -> None:
        if self.has_parcels and not field.data:
            raise ValidationError(NEEDED)

    def validate_news(self, field: BooleanField) -> None:
        if field.data and not self.email.data:
            raise ValidationError(_l("소식을 받으려면 이메일을 적어 주세요."))

    def details(self, *, locale: str, user_id: int | None) -> CheckoutDetails:
        """What was typed, as the order keeps it; an address is kept only where something is sent."""
        sent = self.has_parcels
        return CheckoutDetails(
            name=self.name.data or "", phone=self.phone.data or "", email=self.email.data or "",
            recipient=(self.recipient.data or "") if sent else "", postcode=(self.postcode.data or "") if sent else "",
            address=(self.address.data or "") if sent else "", note=(self.note.data or "") if sent else "",
            locale=locale, user_id=user_id, wants_news=bool(self.news.data),
        )

    @property
    def expected_total_won(self) -> int:
        """The total that the shopper saw beside the button."""
        text = self.expected_total.data or ""
        return int(text) if text.isdecimal() and len(text) < 15 else -1


class FindForm(FlaskForm):
    """An order's number and its shopper's telephone number."""

    number = Line(_l("주문번호"), most=20, render_kw={"autocomplete": "off", "placeholder": "J261118-7KQ4"})
    phone = Line(_l("휴대전화"), most=20, render_kw=TELEPHONE)
