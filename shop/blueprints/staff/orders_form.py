"""The forms of orders for the staff. A refund's token makes sending it twice one refund."""

import re
import secrets

from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

from shop.blueprints.fields import Line, Whole
from shop.carts.rules import MAX_QUANTITY
from shop.translating import lazy as _l


class RefundForm(FlaskForm):
    """Units of a line given back."""

    token = HiddenField(default=lambda: secrets.token_hex(8))
    order_line_id = HiddenField()
    quantity = Whole(_l("돌려줄 수"), least=1, most=MAX_QUANTITY)
    reason = Line(_l("까닭"), most=150)

    def validate_token(self, field: HiddenField) -> None:
        if not re.fullmatch(r"[0-9a-f]{16}", field.data or ""):
            raise ValidationError(_l("이 양식은 오래되었어요. 새로 고친 뒤 다시 보내 주세요."))


class ReasonForm(FlaskForm):
    """Why something is done on behalf of somebody."""

    reason = Line(_l("까닭"), most=150)
