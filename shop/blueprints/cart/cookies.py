"""The cart's two cookies: the secret token, and the plain count that every page shows without asking the database."""

from datetime import timedelta

from flask import Response, current_app, request

CART, COUNT = "cart", "cart_count"
KEPT = timedelta(days=90)


def cart_token() -> str | None:
    """The token of this browser's cart."""
    token = request.cookies.get(CART, "")
    return token if len(token) == 43 else None


def keep_cart(response: Response, token: str, units: int) -> Response:
    """Remember the cart and how much is in it."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(CART, token, max_age=KEPT, httponly=True, samesite="Lax", secure=secure)
    response.set_cookie(COUNT, str(units), max_age=KEPT, httponly=True, samesite="Lax", secure=secure)
    return response


def forget_cart(response: Response) -> Response:
    """The cart has become an order."""
    response.delete_cookie(CART)
    response.delete_cookie(COUNT)
    return response
