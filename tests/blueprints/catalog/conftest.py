"""A small hall with goods of two makers, indexed."""

from datetime import date
from types import SimpleNamespace

import pytest

from shop.catalog import search
from shop.catalog.models import TaxClass
from shop.vendors.models import Certification, VendorKind
from tests import factories


@pytest.fixture
def hall(unit) -> SimpleNamespace:
    """Two makers, three goods; codes only, so that nothing hangs on a closed session."""
    with unit() as session:
        maker = factories.make_vendor(session, "한땀공방", code="handdam", name_en="Handdam", tagline="한지를 꿰맵니다",
                                      story="첫 줄\n둘째 줄", free_parcel_from_won=30000, mail_order_no="2025-가상-1")
        other = factories.make_vendor(session, "교동콩밭", code="kongbat", dong="송천1동", kind=VendorKind.COOP)
        session.add_all([
            Certification(vendor_id=maker.id, title="예비사회적기업 지정", number="가-1", verified_on=date(2026, 3, 2)),
            Certification(vendor_id=maker.id, title="아직 못 본 증서"),
        ])
        note = factories.make_product(session, maker, "전주한지 수제노트", name_en="Hanji notebook", code="note",
                                      labels=("쪽빛", "치자"), option_name="표지", summary="실로 꿰맸습니다",
                                      notice={"item": "노트", "maker": "한땀공방"})
        lamp = factories.make_product(session, maker, "한지 등", code="lamp", category="lamps", price=48000, shelf=0,
                                      hall=0)
        sprouts = factories.make_product(session, other, "아침 콩나물", code="sprouts", category="fresh", price=2000,
                                         by_parcel=False, tax_class=TaxClass.EXEMPT, is_perishable=True)
        search.index_products(session, [note.id, lamp.id, sprouts.id])
    return SimpleNamespace(note="note", lamp="lamp", sprouts="sprouts", maker="handdam", other="kongbat")
