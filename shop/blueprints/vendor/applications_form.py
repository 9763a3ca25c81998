"""The form by which an organisation applies, and what it means."""

import re

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired

from shop.blueprints.fields import CHOOSE, Line, Lines, is_brn, is_email, is_phone, options
from shop.blueprints.words import VAT_KINDS, VENDOR_KINDS
from shop.translating import lazy as _l
from shop.vendors.banking import BANKS, Account
from shop.vendors.models import Dong, VatKind, Vendor, VendorKind
from shop.vendors.onboarding import EXEMPT, Application

_MAIL_ORDER = re.compile(r"제?\s?\d{4}-[가-힣]+-\d{3,5}\s?호?")
_ACCOUNT = re.compile(r"[0-9][0-9\-]{6,22}[0-9]")

EXEMPTIONS = [
    ("", _l("신고번호가 있음")), ("간이과세자", _l("간이과세자라 신고하지 않음")),
    ("직전 연도 통신판매 50회 미만", _l("지난해 통신판매가 50회 미만이라 신고하지 않음")),
    ("사업자가 아닌 공동체 팀", _l("사업자가 아닌 공동체 팀")),
]


# What a person may say of an organisation; the word for imported ones is the house's own.
KINDS = [(kind, word) for kind, word in VENDOR_KINDS.items() if kind is not VendorKind.UNREVIEWED]


class ApplicationForm(FlaskForm):
    """An organisation, its papers and its bank account."""

    name = Line(_l("단체 이름"), most=80, description=_l("사업자등록증에 적힌 대로 적어 주세요."))
    name_en = Line(_l("영문 이름"), most=80, needed=False)
    kind = SelectField(_l("어떤 단체인가요"), choices=options(("", CHOOSE), *KINDS),
                       validators=[DataRequired(CHOOSE)])
    brn = Line(_l("사업자등록번호"), most=14, validators=(is_brn,), description=_l("예: 116-82-00276. 줄표는 없어도 됩니다."))
    vat_kind = SelectField(_l("과세 유형"), choices=options(("", CHOOSE), *VAT_KINDS.items()),
                           validators=[DataRequired(CHOOSE)])
    representative = Line(_l("대표자"), most=60)
    dong_code = SelectField(_l("어느 동에 있나요"), validators=[DataRequired(CHOOSE)],
                            description=_l("돌아온 돈을 동별로 셈할 때 씁니다."))
    address = Line(_l("주소"), most=200)
    phone = Line(_l("전화"), most=20, validators=(is_phone,), description=_l("물건을 사는 사람에게 보입니다."))
    email = Line(_l("이메일"), most=120, validators=(is_email,), description=_l("심사 결과와 주문 소식을 여기로 보냅니다."))
    exemption = RadioField(_l("통신판매업 신고"), choices=options(*EXEMPTIONS), default="")
    mail_order_no = StringField(_l("통신판매업 신고번호"), filters=[lambda t: (t or "").strip()],
                                description=_l("예: 제2025-전주완산-0574호. 신고하지 않는 단체는 비워 둡니다."))
    bank = SelectField(_l("은행"), choices=options(("", CHOOSE), *((bank, bank) for bank in BANKS)),
                       validators=[DataRequired(CHOOSE)])
    account_number = Line(_l("계좌번호"), most=24, description=_l("판 돈을 받을 계좌입니다. 센터가 확인한 뒤에 쓰입니다."))
    holder = Line(_l("예금주"), most=60, description=_l("단체 이름이나 대표자 이름과 같아야 합니다."))
    story = Lines(_l("만든 이 소개"), most=4000, needed=False,
                  description=_l("무엇을 왜 만드는지 적어 주세요. 나중에 고칠 수 있어요."))

    def offer(self, dongs: list[Dong]) -> "ApplicationForm":
        """Fill in the choices that come from the database."""
        self.dong_code.choices = options(("", CHOOSE), *((dong.code, f"{dong.gu} {dong.name}") for dong in dongs))
        return self

    def show(self, vendor: Vendor) -> "ApplicationForm":
        """Show what was sent in before; the account number is typed anew or left."""
        for name in ("name", "name_en", "brn", "representative", "dong_code", "address", "phone", "email", "story"):
            self[name].data = getattr(vendor, name)
        self.kind.data, self.vat_kind.data = vendor.kind.value, vendor.vat_kind.value
        exempt = vendor.mail_order_no.startswith(EXEMPT)
        self.exemption.data = vendor.mail_order_no.removeprefix(EXEMPT) if exempt else ""
        self.mail_order_no.data = "" if exempt else vendor.mail_order_no
        return self

    def keep_account(self) -> "ApplicationForm":
        """Let the account stand where none was typed (an application sent in again)."""
        if not any((self.bank.data, self.account_number.data, self.holder.data)):
            for name in ("bank", "account_number", "holder"):
                self[name].validators = []
                self[name].flags.required = False
        return self

    def validate_mail_order_no(self, field: StringField) -> None:
        if not self.exemption.data and not _MAIL_ORDER.fullmatch(field.data or ""):
            raise ValidationError(_l("신고번호를 등록증에 적힌 대로 적거나, 신고하지 않는 까닭을 골라 주세요."))

    def validate_account_number(self, field: Line) -> None:
        if field.data and not _ACCOUNT.fullmatch(field.data):
            raise ValidationError(_l("계좌번호는 숫자와 줄표로만 적어 주세요."))

    def application(self) -> Application:
        """What the organisation says of itself."""
        reason = self.exemption.data
        return Application(
            name=self.name.data or "", name_en=self.name_en.data or "", kind=VendorKind(self.kind.data), brn=self.brn.data or "",
            vat_kind=VatKind(self.vat_kind.data), representative=self.representative.data or "", dong_code=self.dong_code.data,
            address=self.address.data or "", phone=self.phone.data or "", email=self.email.data or "",
            mail_order_no=f"{EXEMPT}{reason}" if reason else self.mail_order_no.data or "", story=self.story.data or "",
        )

    def account(self) -> Account | None:
        """The bank account as typed, or None where the one before stands."""
        if not self.account_number.data:
            return None
        return Account(bank=self.bank.data, number=self.account_number.data, holder=self.holder.data or "")
