"""The chart of accounts, `class:name[:owner]`. An account is opened when first posted to; nothing here touches the database."""

import re

CODE = re.compile(r"(assets|liabilities|income|expenses)(:[a-z][a-z0-9_]*){1,2}(:[^\s:]{1,40})?")

LOCAL_CURRENCY = "assets:local_currency"
CASH_SAFE = "assets:cash:safe"

ORDERS_IN_PROGRESS = "liabilities:orders_in_progress"
PAYOUTS_IN_TRANSIT = "liabilities:payouts_in_transit"
REFUNDS_DUE = "liabilities:refunds_due"
UNIDENTIFIED_RECEIPTS = "liabilities:unidentified_receipts"
VAT_OUTPUT = "liabilities:vat_output"
STORE_CREDIT = "liabilities:store_credit"
COMMUNITY_FUND = "liabilities:community_fund"

COMMISSION = "income:commission"
OWN_SALES = "income:own_sales"
CASH_OVER = "income:cash_over"

PROCESSOR_FEES = "expenses:processor_fees"
PROMOTIONS = "expenses:promotions"
CASH_SHORT = "expenses:cash_short"
STOCK_LOSS = "expenses:stock_loss"
WRITE_OFF = "expenses:write_off"

PAYABLE_PREFIX = "liabilities:vendor_payable:"
DEBT_PREFIX = "assets:vendor_debt:"
OWNED_PREFIXES = (PAYABLE_PREFIX, DEBT_PREFIX)  # these keep a running balance, locked before it is judged


def bank(code: str) -> str:
    """A bank account of the centre."""
    return f"assets:bank:{code}"


def processor(name: str) -> str:
    """Money a card processor holds for the centre."""
    return f"assets:processor:{name}"


def acquirer(name: str) -> str:
    """In-hall card slips approved and not yet deposited."""
    return f"assets:acquirer:{name}"


def drawer(register: str) -> str:
    """The cash of one register."""
    return f"assets:cash:drawer:{register}"


def old_till(source: str) -> str:
    """Takings of a till before this shop, not yet traced to a deposit."""
    return f"assets:clearing:{source}"


def vendor_payable(vendor_id: int) -> str:
    """What is confirmed and owed to a vendor; never below 0."""
    return f"{PAYABLE_PREFIX}{vendor_id}"


def vendor_debt(vendor_id: int) -> str:
    """What a vendor owes after a refund that came after its payout."""
    return f"{DEBT_PREFIX}{vendor_id}"


def is_owned(code: str) -> bool:
    """Whether an account keeps a running balance."""
    return code.startswith(OWNED_PREFIXES)


def is_payable(code: str) -> bool:
    """Whether an account is a vendor's payable."""
    return code.startswith(PAYABLE_PREFIX)


def owner_of(code: str) -> int | None:
    """The vendor whose account this is."""
    return int(code.rpartition(":")[2]) if is_owned(code) else None
