"""Every message of the catalogue is written, in both languages, from exactly the keys it names."""

import pytest

from shop.messages.catalogue import CONTEXTS, TITLES
from shop.messages.rendering import render

VALUES = {
    "name": "김하늘",
    "order_number": "20261118-0001",
    "token": "t0ken",
    "total_won": 31000,
    "amount_won": 12000,
    "payable_won": 99000,
    "items": [{"name": "한지 노트 <b>", "quantity": 2, "total_won": 24000}],
    "bank": {"bank": "전북은행", "number": "1-2-3", "holder": "센터", "payer_name": "김하늘"},
    "pay_by": "2026-11-20T03:00:00+00:00",
    "vendor_name": "한땀공방",
    "carrier": "우체국택배",
    "tracking_number": "123",
    "reason": "사진이 흐립니다.",
    "product_name": "한지 노트",
    "product_code": "note-1",
    "month": "2026-11",
    "link": "/account/confirm/x",
    "email": "a@example.com",
}


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("template", sorted(CONTEXTS))
def test_every_message_is_written(app, template, locale):
    with app.app_context():
        mail = render(template, locale, {key: VALUES[key] for key in CONTEXTS[template]})
    assert mail.subject
    assert len(mail.text) > 40
    assert "{{" not in mail.text
    assert "Undefined" not in mail.text
    assert "http" in mail.html
    assert "<b>" not in mail.html.replace("<p><b><a", "")


@pytest.mark.parametrize("absent", ["bank", "pay_by"])
def test_an_order_by_another_way_of_paying_names_no_account(app, absent):
    with app.app_context():
        mail = render("order_placed", "ko", {**VALUES, absent: None})
    assert ("전북은행" in mail.text) == (absent != "bank")


def test_every_message_has_a_title():
    assert set(TITLES) == set(CONTEXTS)
