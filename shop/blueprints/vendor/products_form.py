"""The forms of a listing: the few facts it begins with, the whole of it, its notice by class, its prices."""

from typing import Any

from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, ValidationError
from wtforms.validators import DataRequired

from shop.blueprints.fields import CHOOSE, Line, Lines, Whole, options
from shop.blueprints.words import NOTICE_CLASSES, NOTICE_PROBLEMS, TAX_CLASSES, ZONES
from shop.catalog.drafts import MAX_PRICE_WON, MAX_VARIANTS, Draft, VariantDraft
from shop.catalog.models import Category, NoticeClass, Product, TaxClass, Variant
from shop.catalog.notices import FIELDS
from shop.catalog.prices import Price
from shop.translating import lazy as _l

BLANK_ROWS = 3
_TYPED = ("name", "name_en", "summary", "summary_en", "description", "description_en", "origin", "option_name", "option_name_en")


class _Basics(FlaskForm):
    category_id = SelectField(_l("어느 자리에 놓나요"), coerce=int, validators=[DataRequired(CHOOSE)])
    tax_class = SelectField(_l("과세 구분"), choices=options(*TAX_CLASSES.items()), validators=[DataRequired(CHOOSE)])
    notice_class = SelectField(_l("상품정보 고시표"), choices=options(*NOTICE_CLASSES.items()),
                               validators=[DataRequired(CHOOSE)],
                               description=_l("물건의 종류에 따라 법이 정한 칸이 달라집니다."))

    def offer(self, categories: list[Category]) -> Any:
        """Fill in the categories, by zone."""
        english = str(get_locale()) == "en"
        self.category_id.choices = [
            choice for zone, label in ZONES.items()
            for choice in options(*((row.id, row.name_en if english and row.name_en else row.name)
                                    for row in categories if row.zone is zone), group=str(label))]
        return self


class NewProductForm(_Basics):
    """What a listing begins with; the rest is written on its own page."""

    name = Line(_l("물건 이름"), most=120)
    price_won = Whole(_l("값"), least=1, most=MAX_PRICE_WON, description=_l("선택지마다 값이 다르면 다음 쪽에서 적어요."))

    def draft(self) -> Draft:
        """A listing with one variant."""
        assert self.price_won.data is not None
        return Draft(name=self.name.data or "", category_id=self.category_id.data, tax_class=TaxClass(self.tax_class.data),
                     notice_class=NoticeClass(self.notice_class.data), variants=[VariantDraft(price_won=self.price_won.data)])


class VariantForm(Form):
    """One row of the variants; a row with nothing in it is passed over."""

    id = HiddenField()
    label = Line(_l("선택지 이름"), most=60, needed=False)
    label_en = Line(_l("영문"), most=80, needed=False)
    price_won = Whole(_l("값"), least=1, most=MAX_PRICE_WON, needed=False)
    is_active = BooleanField(_l("팝니다"))

    @property
    def is_blank(self) -> bool:
        return not (self.id.data or self.label.data or self.price_won.data)

    def validate_price_won(self, field: Whole) -> None:
        if field.data is None and not field.errors and not self.is_blank:
            raise ValidationError(_l("값을 적어 주세요."))

    def draft(self) -> VariantDraft:
        """The row as a variant; a new row is sold."""
        stored = self.id.data or ""
        known = int(stored) if stored.isdecimal() else None
        return VariantDraft(id=known, label=self.label.data or "", label_en=self.label_en.data or "",
                            price_won=self.price_won.data or 0, is_active=self.is_active.data if known else True)


class ProductForm(_Basics):
    """All of a listing but its notice and its pictures."""

    name = Line(_l("물건 이름"), most=120)
    name_en = Line(_l("영문 이름"), most=160, needed=False)
    summary = Line(_l("한 줄 소개"), most=200, needed=False)
    summary_en = Line(_l("영문 한 줄 소개"), most=300, needed=False)
    description = Lines(_l("설명"), most=8000, needed=False)
    description_en = Lines(_l("영문 설명"), most=8000, needed=False)
    origin = Line(_l("원산지"), most=80, needed=False,
                  description=_l("예: 국산(전북 전주). 재료의 원산지가 다르면 함께 적어 주세요."))
    option_name = Line(_l("무엇을 고르나요"), most=40, needed=False,
                       description=_l("예: 색, 크기, 꾸러미. 하나뿐이면 비워 둡니다."))
    option_name_en = Line(_l("영문"), most=60, needed=False)
    variants = FieldList(FormField(VariantForm), max_entries=MAX_VARIANTS + BLANK_ROWS)
    by_parcel = BooleanField(_l("택배로 보냅니다"))
    by_pickup = BooleanField(_l("판매장에서 찾아갈 수 있습니다"))
    is_perishable = BooleanField(_l("시간이 지나면 값이 떨어지는 물건입니다 (신선식품 등)"),
                                 description=_l("보낸 뒤에는 단순 변심으로 무를 수 없다고 물건 쪽에 적힙니다."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.summary, self.description, self.origin):
            field.flags.required = True  # may be saved empty, may not be sent in so

    def show(self, product: Product, variants: list[Variant]) -> "ProductForm":
        """Show a listing as it is stored, with a few blank rows for more variants."""
        for name in (*_TYPED, "by_parcel", "by_pickup", "is_perishable", "category_id"):
            self[name].data = getattr(product, name)
        self.tax_class.data, self.notice_class.data = product.tax_class.value, product.notice_class.value
        for row in variants:
            if not row.label.startswith("~"):  # laid aside
                self.variants.append_entry({"id": str(row.id), "label": row.label, "label_en": row.label_en,
                                            "price_won": row.price_won, "is_active": row.is_active})
        self.add_blank_rows()
        return self

    def add_blank_rows(self) -> None:
        """Room for more variants, up to the limit."""
        room = min(MAX_VARIANTS, len(self.variants) + BLANK_ROWS) - len(self.variants)
        for _row in range(room):
            self.variants.append_entry({"is_active": True})

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; what is wrong in a variant stands in its row, and once above."""
        fits = super().validate(extra_validators)
        if self.variants.errors:
            self.variants.errors = [_l("선택지의 이름과 값을 다시 보아 주세요.")]
        return fits

    def draft(self, notice: dict[str, str]) -> Draft:
        """The listing as typed."""
        rows = [entry.form.draft() for entry in self.variants if not entry.form.is_blank]
        words = {name: self[name].data or "" for name in _TYPED}
        return Draft(**words, variants=rows, notice=notice, category_id=self.category_id.data,
                     tax_class=TaxClass(self.tax_class.data), notice_class=NoticeClass(self.notice_class.data),
                     by_parcel=self.by_parcel.data, by_pickup=self.by_pickup.data, is_perishable=self.is_perishable.data)

    def show_problems(self, problems: dict[str, str]) -> None:
        """Set what is missing beside its field."""
        for name, problem in problems.items():
            sentence = _l("택배와 찾아가기 가운데 하나는 골라 주세요.") if name == "by_parcel" else NOTICE_PROBLEMS[problem]
            self[name].errors = [sentence]


def notice_form(notice_class: NoticeClass, stored: dict[str, str] | None = None, formdata: Any = None) -> Form:
    """The notice of a class as a form; it may be saved half filled, and is complete only when it is sent in."""
    english = str(get_locale()) == "en"
    rows = {
        field.key: (Lines if field.kind == "long" else Line)(
            field.label_en if english else field.label, most=1000, needed=False)
        for field in FIELDS[notice_class]
    }
    form = type("NoticeForm", (Form,), rows)(formdata=formdata, data=stored or {}, prefix="notice-")
    for field in FIELDS[notice_class]:
        form[field.key].flags.required = field.required
    return form


def show_notice_problems(form: Form, problems: dict[str, str]) -> None:
    """Set what is wrong with a notice beside its field."""
    for key, problem in problems.items():
        form[key].errors = [NOTICE_PROBLEMS[problem]]


class PriceRow(Form):
    """The price of one variant of a live listing."""

    id = HiddenField()
    price_won = Whole(_l("값"), least=1, most=MAX_PRICE_WON)
    is_active = BooleanField(_l("팝니다"))


class PricesForm(FlaskForm):
    """The prices of a live listing."""

    rows = FieldList(FormField(PriceRow), max_entries=100)

    def show(self, variants: list[Variant]) -> "PricesForm":
        """Show the prices as they are."""
        for row in variants:
            self.rows.append_entry({"id": str(row.id), "price_won": row.price_won, "is_active": row.is_active})
        return self

    def prices(self) -> dict[int, Price]:
        """Prices by variant id."""
        known = ((row.form.id.data or "", row.form) for row in self.rows)
        return {int(key): Price(form.price_won.data or 0, form.is_active.data) for key, form in known if key.isdecimal()}


class ReasonForm(FlaskForm):
    """A reason for taking a listing down."""

    reason = Line(_l("까닭"), most=200, needed=False)
