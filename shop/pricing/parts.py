"""Where a price goes, before anything is sold: the same roundings as an order line's, for one unit."""

from dataclasses import dataclass

from shop.kernel.money import share_bps, vat_on

CARD_FEE_BPS = 340  # what a card costs on average, borne by the centre; an estimate that is shown as one


@dataclass(frozen=True)
class PriceParts:
    """Maker, commission and VAT on the commission add up to the price; the card fee comes out of the commission."""

    maker_won: int
    commission_won: int
    commission_vat_won: int
    card_fee_won: int


def split_price(price_won: int, commission_bps: int) -> PriceParts:
    """Divide a price as a sale at this commission would."""
    commission = share_bps(price_won, commission_bps)
    vat = vat_on(commission)
    return PriceParts(price_won - commission - vat, commission, vat, share_bps(price_won, CARD_FEE_BPS))
