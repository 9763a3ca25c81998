"""The two makers' goods for pages, a filled cart, and a provider that a test can make answer as it likes."""

import re

import pytest

from tests.fake_card import FakeCard
from tests.makers import makers  # noqa: F401

FORM = {"name": "김하늘", "phone": "01012345678", "email": "sky@example.com", "postcode": "55041",
        "address": "전주시 완산구 풍남동 1", "method": "bank_transfer"}


@pytest.fixture
def card(app):
    """The processor of the test."""
    app.extensions["card_provider"] = fake = FakeCard()
    yield fake
    app.extensions.pop("card_provider")


@pytest.fixture
def full_cart(client, makers):  # noqa: F811
    """Two notebooks by parcel, three bags of sprouts to collect: 33,000 won."""
    client.post("/cart/lines", data={"variant_id": makers.notebook, "quantity": 2, "way": "parcel"})
    client.post("/cart/lines", data={"variant_id": makers.sprouts, "quantity": 3, "way": "pickup"})
    return makers


@pytest.fixture
def order(client, full_cart):
    """`order(**changes)` sends the checkout form as the page gave it; answers with the response."""

    def send(on=None, **changes):
        page = (on or client).get("/checkout").text
        hidden = dict(re.findall(r'name="(cart|expected_total)"[^>]*value="([^"]*)"', page))
        data = {key: value for key, value in {**hidden, **FORM, **changes}.items() if value is not None}
        return (on or client).post("/checkout", data=data)

    return send
