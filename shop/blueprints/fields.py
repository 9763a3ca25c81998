"""Form fields and checks that several faces share: typed text is stored in one form, and a wrong field is told in words."""

from contextlib import suppress
from typing import Any

from wtforms import Form, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  (newer than its stubs)
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from shop.kernel import korean
from shop.translating import lazy as _l

NEEDED = _l("적어 주세요.")
CHOOSE = _l("골라 주세요.")


def options(*pairs: tuple[object, object], group: str | None = None) -> list[SelectChoice]:
    """Choices of a select field from (value, label) pairs, under one heading where `group` names it."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


def tidy(text: str | None) -> str:
    """One line of typed text: NFC, spaces folded, ends trimmed."""
    return korean.normal(text or "")


def tidy_lines(text: str | None) -> str:
    """Several lines of typed text: each tidy, line ends as one character, no empty lines at the ends."""
    return "\n".join(korean.normal(line) for line in (text or "").splitlines()).strip()


class Line(StringField):
    """One line of text, tidied, at most `most` letters; required unless told otherwise."""

    def __init__(self, label: Any, *, most: int, needed: bool = True, validators: tuple = (), **kwargs: Any) -> None:
        checks = [*([DataRequired(NEEDED)] if needed else []),
                  Length(max=most, message=_l("%(max)d자까지 적을 수 있습니다.")), *validators]
        super().__init__(label, validators=checks, filters=[tidy], **kwargs)


class Lines(TextAreaField):
    """Several lines of text, at most `most` letters; required unless told otherwise."""

    def __init__(self, label: Any, *, most: int, needed: bool = True, **kwargs: Any) -> None:
        checks = [*([DataRequired(NEEDED)] if needed else []), Length(max=most, message=_l("%(max)d자까지 적을 수 있습니다."))]
        super().__init__(label, validators=checks, filters=[tidy_lines], **kwargs)


class Whole(IntegerField):
    """A whole number typed with or without thousands separators; None where an optional one is empty."""

    def __init__(self, label: Any, *, least: int, most: int, needed: bool = True, **kwargs: Any) -> None:
        checks = [InputRequired(NEEDED)] if needed else []
        super().__init__(label, validators=[*checks, InBounds(least, most)], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").replace(",", "").replace("원", "").strip()
        self.data = None
        if not text:
            return
        with suppress(ValueError):
            self.data = int(text) if len(text) < 16 else None
        if self.data is None:
            raise ValueError(_l("숫자로 적어 주세요."))


class InBounds:
    """Between two whole numbers, where a number was typed."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, form: Form, field: Whole) -> None:
        if field.data is not None and not self.least <= field.data <= self.most:
            bounds = {"least": f"{self.least:,}", "most": f"{self.most:,}"}
            raise ValidationError(_l("%(least)s에서 %(most)s까지 적을 수 있습니다.", **bounds))


def is_email(form: Form, field: StringField) -> None:
    """A plausible e-mail address."""
    text = field.data or ""
    name, _at, host = text.rpartition("@")
    if text and (not name or "." not in host or " " in text):
        raise ValidationError(_l("이메일 주소가 아닙니다. 예: hall@example.com"))


def is_phone(form: Form, field: StringField) -> None:
    """A Korean phone number; it is kept with its hyphens."""
    if not field.data:
        raise StopValidation()
    number = korean.phone(field.data)
    if number is None:
        raise ValidationError(_l("전화번호가 아닙니다. 예: 010-1234-5678"))
    field.data = number


def is_brn(form: Form, field: StringField) -> None:
    """A business registration number whose check digit fits."""
    if field.data and not korean.is_brn(field.data):
        raise ValidationError(_l("사업자등록번호가 맞지 않습니다. 등록증의 열 자리를 다시 보아 주세요."))
