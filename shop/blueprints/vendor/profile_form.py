"""The forms of an organisation's own page."""

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, ValidationError
from wtforms.validators import DataRequired, Optional

from shop.blueprints.fields import CHOOSE, Line, Lines, Whole, is_email, is_phone, options
from shop.translating import lazy as _l
from shop.vendors.banking import BANKS, Account
from shop.vendors.profile import Profile


class ProfileForm(FlaskForm):
    """What shoppers read and what parcels cost."""

    tagline = Line(_l("한 줄 소개"), most=120, needed=False)
    tagline_en = Line(_l("영문 한 줄 소개"), most=200, needed=False)
    story = Lines(_l("만든 이 이야기"), most=4000, needed=False)
    story_en = Lines(_l("영문 이야기"), most=4000, needed=False)
    phone = Line(_l("전화"), most=20, validators=(is_phone,))
    email = Line(_l("이메일"), most=120, validators=(is_email,))
    parcel_fee_won = Whole(_l("택배비"), least=0, most=100_000)
    free_parcel_from_won = Whole(_l("이 값부터 택배비를 받지 않음"), least=1, most=10_000_000, needed=False,
                                 description=_l("늘 받으려면 비워 둡니다."))

    def show(self, vendor: Any) -> "ProfileForm":
        """Show what is stored."""
        for field in self:
            if field.name != "csrf_token":
                field.data = getattr(vendor, field.name)
        return self

    def profile(self) -> Profile:
        """What was typed."""
        words = {name: self[name].data or "" for name in ("tagline", "tagline_en", "story", "story_en", "phone", "email")}
        return Profile(**words, parcel_fee_won=self.parcel_fee_won.data or 0, free_parcel_from_won=self.free_parcel_from_won.data)


class AccountForm(FlaskForm):
    """Another bank account."""

    bank = SelectField(_l("은행"), choices=options(("", CHOOSE), *((bank, bank) for bank in BANKS)),
                       validators=[DataRequired(CHOOSE)])
    account_number = Line(_l("계좌번호"), most=24)
    holder = Line(_l("예금주"), most=60)

    def validate_account_number(self, field: Line) -> None:
        if field.data and not re.fullmatch(r"[0-9][0-9\-]{6,22}[0-9]", field.data):
            raise ValidationError(_l("계좌번호는 숫자와 줄표로만 적어 주세요."))

    def account(self) -> Account:
        """What was typed."""
        return Account(bank=self.bank.data, number=self.account_number.data or "", holder=self.holder.data or "")


class Day(DateField):
    """A calendar day, told in words where it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("날짜로 적어 주세요. 예: 2026-11-22")) from None


class CertificationForm(FlaskForm):
    """A certificate with its dates."""

    title = Line(_l("인증 이름"), most=80, description=_l("예: 예비사회적기업 지정, 마을기업 지정"))
    number = Line(_l("번호"), most=60)
    issued_on = Day(_l("받은 날"), validators=[Optional()])
    valid_to = Day(_l("끝나는 날"), validators=[Optional()], description=_l("끝이 없으면 비워 둡니다."))
