"""What may be in a cart: pure decisions about quantity and the way goods travel."""

from shop.carts.models import DeliveryWay
from shop.kernel.errors import Invalid

MAX_QUANTITY = 99


class WayRefused(Invalid):
    """These goods do not travel that way; `way` is what was asked for."""


class QuantityRefused(Invalid):
    """A line holds 1 to 99 units."""


def ways_of(*, by_parcel: bool, by_pickup: bool) -> list[DeliveryWay]:
    """The ways that goods may travel, the first one is offered first."""
    offered = ((DeliveryWay.PARCEL, by_parcel), (DeliveryWay.PICKUP, by_pickup))
    return [way for way, allowed in offered if allowed]


def choose_way(asked: DeliveryWay | None, allowed: list[DeliveryWay]) -> DeliveryWay:
    """The way asked for, or the first allowed one where none was asked.

    Raises:
        WayRefused: the goods do not travel that way, or not at all.
    """
    if asked is None and allowed:
        return allowed[0]
    if asked not in allowed:
        raise WayRefused(way=asked.value if asked else "")
    assert asked is not None
    return asked


def check_quantity(quantity: int) -> int:
    """The quantity, if a line may hold it.

    Raises:
        QuantityRefused: below 1 or above 99.
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityRefused(quantity=quantity)
    return quantity
