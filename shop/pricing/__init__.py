"""Pricing: tax, delivery rules and discounts as pure functions from lines to a priced basket. No session, no Flask."""
