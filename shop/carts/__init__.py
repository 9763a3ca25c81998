"""Carts: what a shopper has gathered, and the priced basket made of it. Holds are taken at checkout, by `orders`."""
