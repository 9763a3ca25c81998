"""Orders: placing, vendor orders, fulfilment, claims. Lines are frozen copies: nothing of a sale is recomputed on read."""
