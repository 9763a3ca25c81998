"""Shopper face: cart, checkout, order pages."""
