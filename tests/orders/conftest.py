"""The two makers of the worked example, and a cart of theirs."""

from types import SimpleNamespace

import pytest

from shop.carts import use
from shop.carts.models import DeliveryWay
from shop.catalog.models import TaxClass
from shop.vendors.models import Vendor
from tests import factories


@pytest.fixture
def makers(cast, unit):
    """Notebooks of A at 12,000 sent by parcel, sprouts of B at 2,000 free of tax, collected in the hall; as ids."""
    with unit() as session:
        notebook = factories.make_product(session, session.get(Vendor, cast.vendor), price=12000, shelf=10, hall=5)
        sprouts = factories.make_product(session, session.get(Vendor, cast.rival), "콩나물 한 봉지", price=2000, shelf=0, hall=20,
                                         category="fresh", tax_class=TaxClass.EXEMPT)
        return SimpleNamespace(a=cast.vendor, b=cast.rival, notebook=factories.variants_of(session, notebook)[0].id,
                               sprouts=factories.variants_of(session, sprouts)[0].id)


@pytest.fixture
def cart(makers, unit, now):
    """A cart with two notebooks and three bags of sprouts; its id."""
    with unit() as session:
        return fill_cart(session, makers, now)


def fill_cart(session, makers, now):
    cart = use.open_cart(session, token=None, user_id=None, now=now)
    use.add_line(session, cart_id=cart.id, variant_id=makers.notebook, quantity=2, way=DeliveryWay.PARCEL, now=now)
    use.add_line(session, cart_id=cart.id, variant_id=makers.sprouts, quantity=3, way=DeliveryWay.PICKUP, now=now)
    return cart.id
