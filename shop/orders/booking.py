"""What a confirmed purchase is in the books: entries built from frozen lines. Pure."""

from collections.abc import Sequence
from datetime import date

from shop.ledger import accounts
from shop.ledger.entries import Entry, Line, credit, debit
from shop.orders.models import OrderLine, VendorOrder
from shop.orders.rules import kept_share


def signed_debit(account: str, amount_won: int, vendor_id: int | None = None, order_line_id: int | None = None,
                 channel: str | None = None) -> Line:
    """A debit that a rounding may turn into a credit of a won."""
    side = debit if amount_won >= 0 else credit
    return side(account, abs(amount_won), vendor_id, order_line_id, channel)


def confirm_entry(part: VendorOrder, lines: Sequence[OrderLine], channel: str, on: date, number: str) -> Entry | None:
    """The entry `confirm:<vendor order>`: money held apart becomes the vendor's, the commission the centre's.

    Units that were given back before do not count. None where nothing is left to book.
    """
    postings: list[Line] = []
    for line in lines:
        kept, follow = kept_share(line), (part.vendor_id, line.id, channel)
        postings += [
            debit(accounts.ORDERS_IN_PROGRESS, kept.paid_won, *follow),
            debit(accounts.PROMOTIONS, kept.discount_won, *follow),
            signed_debit(accounts.vendor_payable(part.vendor_id), -kept.net_won, *follow),
            credit(accounts.COMMISSION, kept.commission_won, *follow),
            credit(accounts.VAT_OUTPUT, kept.commission_vat_won, *follow),
        ]
    follow = (part.vendor_id, None, channel)
    postings += [debit(accounts.ORDERS_IN_PROGRESS, part.parcel_won, *follow),
                 credit(accounts.vendor_payable(part.vendor_id), part.parcel_won, *follow)]
    if not any(posting.amount_won for posting in postings):
        return None
    return Entry.of(f"confirm:{part.id}", kind="confirm", effective_on=on, lines=postings, memo=f"구매확정 {number}")
