"""Personal data is sealed under a ring of keys that can be turned while the shop is open."""

from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from shop.kernel.crypto import SealedText, configure_keys, lookup_key, seal, unseal
from shop.vendors.models import BankDetail
from tests import factories


@pytest.fixture(autouse=True)
def ring() -> Iterator[None]:
    configure_keys(["one secret"])
    yield
    configure_keys(["one secret"])


@given(st.text(max_size=200))
def test_what_is_sealed_comes_back(plain):
    assert unseal(seal(plain)) == plain


def test_a_sealed_text_differs_every_time_and_shows_nothing():
    assert seal("999-02-0000001") != seal("999-02-0000001")
    assert "999" not in seal("999999999").partition(":")[2] or unseal(seal("999999999")) == "999999999"


def test_a_turned_ring_reads_the_old_and_writes_the_new():
    old = seal("전북은행")
    configure_keys(["new secret", "one secret"])
    assert unseal(old) == "전북은행"
    new = seal("전북은행")
    assert new.partition(":")[0] != old.partition(":")[0]
    configure_keys(["new secret"])
    assert unseal(new) == "전북은행"
    with pytest.raises(KeyError):
        unseal(old)


def test_a_changed_or_relabelled_text_is_refused():
    sealed = seal("전북은행")
    name, _, payload = sealed.partition(":")
    with pytest.raises(InvalidTag):
        unseal(f"{name}:{payload[:-6]}{'A' if payload[-6] != 'A' else 'B'}{payload[-5:]}")
    configure_keys(["new secret", "one secret"])
    other = seal("x").partition(":")[0]
    with pytest.raises(InvalidTag):
        unseal(f"{other}:{payload}")


def test_lookup_keys_are_equal_for_equal_texts_under_one_key_only():
    one = lookup_key("01012345678")
    assert one == lookup_key("01012345678") != lookup_key("01012345679")
    configure_keys(["new secret", "one secret"])
    assert lookup_key("01012345678") != one


def test_nothing_stays_nothing():
    column = SealedText()
    assert column.process_bind_param(None, None) is None
    assert column.process_result_value(None, None) is None


def test_a_column_is_plain_in_python_and_sealed_in_the_database(session, monkeypatch):
    configure_keys(current_app.config["DATA_KEYS"])
    vendor = factories.make_vendor(session)
    detail = session.query(BankDetail).filter_by(vendor_id=vendor.id).one()
    stored = session.scalar(text("SELECT account_number FROM bank_detail WHERE id = :id"), {"id": detail.id})
    assert detail.account_number.startswith("999-02-")
    assert "999-02-" not in stored
    assert unseal(stored) == detail.account_number
