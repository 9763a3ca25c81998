"""Shopper face: hall home, browse, search, product, maker."""
