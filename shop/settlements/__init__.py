"""Settlements: settlement lines, statements, payouts and the bank's bulk file. "Paid" is set by the bank line only."""
