"""Payments: how an order is paid and repaid, the provider protocol and its providers, and `settle_payment`."""
