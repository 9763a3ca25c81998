"""The forms of stock. Each carries a token made when it was shown, so that sending it twice moves the goods once."""

import re
import secrets

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, ValidationError

from shop.blueprints.fields import Line, Whole, options
from shop.stock.levels import MAX_UNITS
from shop.translating import lazy as _l


class _TokenForm(FlaskForm):
    token = HiddenField(default=lambda: secrets.token_hex(8))

    def validate_token(self, field: HiddenField) -> None:
        if not field.raw_data or not re.fullmatch(r"[0-9a-f]{16}", field.data or ""):
            raise ValidationError(_l("이 양식은 오래되었어요. 새로 고친 뒤 다시 보내 주세요."))


class ReceiveForm(_TokenForm):
    """Units laid on one's own shelf."""

    quantity = Whole(_l("들어온 수"), least=1, most=MAX_UNITS)
    reason = Line(_l("덧붙일 말"), most=200, needed=False)


class CorrectForm(_TokenForm):
    """What was really counted, and why it differs."""

    counted = Whole(_l("세어 본 수"), least=0, most=MAX_UNITS,
                    description=_l("선반에 실제로 있는 수를 적으면 차이만큼 바로잡습니다."))
    reason = Line(_l("왜 다른가요"), most=200)


class HallForm(_TokenForm):
    """Units that come into the hall, by SKU: from the vendor's shelf, or new ones."""

    sku = Line(_l("물건 번호 (SKU)"), most=40)
    source = SelectField(_l("어디서 왔나요"), choices=options(
        ("shelf", _l("만든 이의 선반에서 옮김")), ("new", _l("새로 들어옴")), ("back", _l("만든 이의 선반으로 돌려보냄"))))
    quantity = Whole(_l("센 수"), least=1, most=MAX_UNITS)
    reason = Line(_l("덧붙일 말"), most=200, needed=False)


class HallCorrectForm(_TokenForm):
    """A correction or a loss in the hall."""

    kind = SelectField(_l("무슨 일인가요"),
                       choices=options(("correction", _l("세어 보니 달라서 바로잡음")), ("loss", _l("깨지거나 없어짐"))))
    counted = Whole(_l("세어 본 수"), least=0, most=MAX_UNITS)
    reason = Line(_l("까닭"), most=200)
