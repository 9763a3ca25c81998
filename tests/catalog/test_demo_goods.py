"""The demo's own content: complete by the rules every maker follows, and never mistakable for the real."""

from pathlib import Path

import pytest

from shop.catalog.models import TaxClass
from shop.catalog.notices import find_problems
from shop.dev.demo.products import PRODUCTS
from shop.dev.demo.vendors import VENDORS
from shop.kernel.korean import is_brn
from shop.reference import CATEGORIES, DEOKJIN, WANSAN
from shop.vendors.models import VendorKind

DRAWINGS = Path(__file__).resolve().parents[2] / "shop" / "static" / "drawings"


def test_there_are_sixteen_makers_of_every_kind_and_ninety_two_goods():
    assert (len(VENDORS), len(PRODUCTS), len({product.code for product in PRODUCTS})) == (16, 92, 92)
    assert {vendor.kind for vendor in VENDORS} >= set(list(VendorKind)[:8])


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.code)
def test_a_maker_is_fictional_and_lives_in_a_real_dong(vendor):
    assert vendor.is_fictional
    assert vendor.brn.startswith("999-")
    assert is_brn(vendor.brn)
    assert vendor.phone.startswith("063-000-")
    assert f"{vendor.dong} " in WANSAN[2] + DEOKJIN[2]
    assert all((vendor.name_en, vendor.tagline, vendor.tagline_en, vendor.story, vendor.story_en, vendor.certification_en))


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.code)
def test_a_listing_is_complete(product):
    assert find_problems(product.notice_class, product.notice) == {}
    assert product.category in {slug for slug, *_ in CATEGORIES}
    assert (DRAWINGS / f"{product.drawing}.svg").is_file()
    assert all((product.name_en, product.summary, product.summary_en, product.description, product.description_en))
    assert len(product.variants) == 1 or all(v.label and v.label_en and product.option_name for v in product.variants)
    assert all(variant.price_won > 0 for variant in product.variants)


def test_tax_classes_follow_the_law():
    exempt = {product.code for product in PRODUCTS if product.tax_class is TaxClass.EXEMPT}
    assert {"kongbat-sprouts", "moraenae-minari", "boksunggol-pear", "hanmaeul-rice", "mulgyeol-poems"} <= exempt
    assert exempt.isdisjoint({"moraenae-bibimbap", "onbit-choco-pie", "handdam-notebook", "ieum-coffee", "mulgyeol-postcards"})
