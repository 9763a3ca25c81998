"""Vendor face: a local organisation works on its own listings, stock, orders and money."""
