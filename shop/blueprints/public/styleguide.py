"""The living style guide: every component in every state, shown from the same macros the pages use. Demo only."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.fields import options

bp = Blueprint("styleguide", __name__)
DEMO_ONLY = True


class SampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField("받는 이", validators=[InputRequired()])
    phone = StringField("휴대전화", validators=[InputRequired()])
    memo = TextAreaField("배송 메모")
    dong = SelectField(
        "동", choices=options(("pungnam", "풍남동"), ("gyo", "교동")), validators=[InputRequired()]
    )
    price = IntegerField("판매가", validators=[InputRequired()])
    cover = RadioField(
        "표지",
        choices=options(("indigo", "쪽빛"), ("gardenia", "치자"), ("ink", "먹")),
        validators=[InputRequired()],
    )
    photo = FileField("사진")
    agree = BooleanField("개인정보 수집과 이용에 동의합니다")


@bp.get("/styleguide")
@access(PUBLIC)
def show() -> ResponseReturnValue:
    """Show the guide."""
    form = SampleForm(formdata=None, name="김하늘", phone="010-123", price=12000, cover="indigo")
    form.phone.errors = ["휴대전화 번호는 010으로 시작하는 열한 자리예요."]
    return render_template("styleguide/show.html", form=form, goods=GOODS, long_goods=LONG_GOODS, rooms=ROOMS, months=MONTHS)


def _card(code: str, name: str, price_won: int, drawing: str, maker: tuple[str, str, str], **more: object) -> dict[str, object]:
    vendor, kind, dong = maker
    return {
        "code": code,
        "name": name,
        "price_won": price_won,
        "drawing": drawing,
        "vendor_name": vendor,
        "vendor_kind": kind,
        "dong": dong,
        **more,
    }


PAPER_LIGHT = ("종이빛", "협동조합", "서서학동")
LONG_NAME = "전주 완산골 어르신들이 겨우내 손으로 깎고 다듬어 옻칠한 참죽나무 도마와 숟가락 큰 꾸러미"
LONG_MAKER = ("온고을 마을공동체 어르신 목공 사회적협동조합", "사회적협동조합", "중화산1동")
GOODS = [
    _card("sample-1", "전주한지 수제노트", 12000, "notebook", ("한땀공방", "예비사회적기업", "풍남동"), facts=["실 제본"]),
    _card("sample-2", "비빔밥 꾸러미 2인", 14500, "bibimbap-kit", ("모래내밥상", "마을기업", "인후2동"), mark="새로"),
    _card("sample-3", "아침 콩나물 300 g", 2000, "bean-sprouts", ("교동콩밭", "협동조합", "교동"), facts=["면세", "홀 수령"]),
    _card("sample-4", "대나무 단선 부채", 18000, "round-fan", ("바람손", "청년창업", "동서학동"), list_price_won=21000),
]
LONG_GOODS = [
    _card("sample-5", LONG_NAME, 1_000_000_000, "wooden-board", LONG_MAKER, facts=["주문 제작 · 받기까지 약 45일"]),
    _card("sample-6", "나눔 엽서", 0, "postcard", PAPER_LIGHT, sold_out=True),
    _card("sample-7", "옻칠 그릇", 35000, "pottery-bowl", ("흙손", "자활기업", "노송동"), price_from=True),
    _card("sample-8", "주말 한지 등 만들기 수업", 28000, "class-ticket", PAPER_LIGHT, facts=["여섯 자리 남음"]),
]
ROOMS = [
    {"slug": "hanji", "name": "한지·공예", "count": 42, "new": 6, "href": "/zones/hanji"},
    {"slug": "food", "name": "먹거리", "count": 31, "note": "오늘 아침 콩나물", "href": "/zones/food"},
    {"slug": "living", "name": "생활", "count": 24, "href": "/zones/living"},
    {"slug": "books", "name": "책·문구", "count": 17, "href": "/zones/books"},
    {"slug": "gifts", "name": "선물 꾸러미", "count": 8, "note": "한가위 꾸러미", "href": "/zones/gifts"},
    {"slug": "desk", "name": "계산대", "note": "수령·상담 18시까지", "href": "/rules/pickup"},
    {"slug": "exhibition-1", "name": "1전시실", "note": "바람을 접다 · 합죽선 12인전", "href": "/exhibitions/fans"},
    {"slug": "exhibition-2", "name": "2전시실", "note": "준비 중 · 12월 5일 개막"},
    {"slug": "cafe", "name": "북카페", "note": "토 14:00 마을재생학교 모임"},
]
WON_BY_MONTH = [
    8_120_000,
    9_404_500,
    11_020_300,
    10_870_000,
    12_334_100,
    11_900_800,
    10_040_000,
    13_520_900,
    19_802_400,
    15_113_700,
    18_427_300,
]
MONTHS = [{"label": f"{month}월", "value": won, "display": f"{won:,}원"} for month, won in enumerate(WON_BY_MONTH, 1)]
