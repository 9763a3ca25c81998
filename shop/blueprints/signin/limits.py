"""Limits on guessing: attempts are counted in the database, so that all workers count together and no proxy header dodges them.

    @bp.post("/find")
    @access(PUBLIC)
    @limit_attempts("order_lookup", by=lambda: request.form.get("number", ""))
    def find(): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from flask import Flask, Response, abort, g, make_response, request, session
from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import text

from shop.kernel import clock
from shop.kernel.crypto import lookup_key
from shop.kernel.db import unit_of_work

View = TypeVar("View", bound=Callable[..., Any])
ATTEMPTS, CODES, MINUTES = 10, 5, 5

_COUNT = text("""
INSERT INTO attempt (key, count, expires_ms) VALUES (:key, :amount, :expires)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN attempt.expires_ms <= :now THEN excluded.count ELSE attempt.count + excluded.count END,
  expires_ms = CASE WHEN attempt.expires_ms <= :now THEN excluded.expires_ms ELSE attempt.expires_ms END
RETURNING count
""")
_READ = text("SELECT count, expires_ms FROM attempt WHERE key = :key AND expires_ms > :now")


class AttemptTable(Storage):
    """Counts in the table `attempt`, one statement a count, on both databases."""

    STORAGE_SCHEME = ["shop"]

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = _now_ms()
        with unit_of_work() as session:
            values = {"key": lookup_key(key), "amount": amount, "now": now, "expires": now + expiry * 1000}
            return session.execute(_COUNT, values).scalar_one()

    def get(self, key: str) -> int:
        row = self._read(key)
        return row.count if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._read(key)
        return row.expires_ms / 1000 if row else _now_ms() / 1000

    def _read(self, key: str) -> Any:
        with unit_of_work() as session:
            return session.execute(_READ, {"key": lookup_key(key), "now": _now_ms()}).first()

    def check(self) -> bool:
        return True

    def clear(self, key: str) -> None:
        with unit_of_work() as session:
            session.execute(text("DELETE FROM attempt WHERE key = :key"), {"key": lookup_key(key)})

    def reset(self) -> int:
        with unit_of_work() as session:
            return session.execute(text("DELETE FROM attempt")).rowcount  # type: ignore[attr-defined]


def _now_ms() -> int:
    return int(clock.now().timestamp() * 1000)


_storage = AttemptTable()
_strategy = FixedWindowRateLimiter(_storage)


def client_address() -> str:
    """The address that asked, as the trusted proxies report it; an IPv6 household counts as one."""
    address = ip_address(request.remote_addr or "0.0.0.0")
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def count_attempt(name: str, *, by: Callable[[], str] | None, limit: int, minutes: int = MINUTES) -> list[str]:
    """Count one attempt for this address and, with `by`, for an account; abort with 429 beyond the limit."""
    item = RateLimitItemPerMinute(limit, minutes)
    keys = [(name, "address", client_address())]
    if by is not None and (account := by().strip().lower()):
        keys.append((name, "account", account))
    passed = [_strategy.hit(item, *key) for key in keys]
    if not all(passed):
        abort(429)
    return [item.key_for(*key) for key in keys]


def give_back(keys: list[str]) -> None:
    """Take one attempt off each count."""
    for key in keys:
        _storage.incr(key, MINUTES * 60, -1)


def limit_attempts(
    name: str, *, by: Callable[[], str] | None = None, limit: int = ATTEMPTS, forgive: bool = False, minutes: int = MINUTES,
) -> Callable[[View], View]:
    """Refuse a POST with 429 after `limit` of them in five minutes from one address, and, with `by`, for one account.

    `forgive` gives an attempt back when it succeeded (the view redirects): a wrong guess stays counted, so a right one in
    between does not open the way for more guesses.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if request.method != "POST":
                return view(*args, **kwargs)
            keys = count_attempt(name, by=by, limit=limit, minutes=minutes)
            response = make_response(view(*args, **kwargs))
            if forgive and response.status_code in (302, 303):
                give_back(keys)
            return response

        return counted  # type: ignore[return-value]

    return wrap


@dataclass(frozen=True)
class Limit:
    """How often one of the library's views may be tried."""

    name: str
    by: Callable[[], str] | None = None
    limit: int = ATTEMPTS
    forgive: bool = False


def _form_email() -> str:
    return request.form.get("email", "")


def _pending_user() -> str:
    return str(session.get("tf_user_id", ""))


def _signed_in_user() -> str:
    return str(session.get("_user_id", ""))


LIBRARY_LIMITS = {
    "security.login": Limit("login", by=_form_email, forgive=True),
    "security.register": Limit("register", by=_form_email),
    "security.forgot_password": Limit("reset", by=_form_email),
    "security.reset_password": Limit("reset_password"),
    "security.send_confirmation": Limit("confirm", by=_form_email),
    "security.verify": Limit("verify", by=_signed_in_user, forgive=True),
    "security.change_password": Limit("change_password", by=_signed_in_user, forgive=True),
    "security.two_factor_token_validation": Limit("second_factor", by=_pending_user, limit=CODES, forgive=True),
    "security.two_factor_setup_validate": Limit("second_factor_setup", by=_signed_in_user, forgive=False, limit=ATTEMPTS),
    "security.two_factor_rescue": Limit("second_factor_rescue", by=_pending_user, limit=CODES),
    "security.mf_recovery": Limit("recovery_code", by=_pending_user, limit=CODES, forgive=True),
    "security.wan_signin_response": Limit("passkey", forgive=True),
}


def init_limits(app: Flask) -> None:
    """Count attempts on the library's views, before anything of the request touches the database."""

    @app.before_request
    def count() -> None:
        rule = LIBRARY_LIMITS.get(request.endpoint or "")
        if rule and request.method == "POST":
            keys = count_attempt(rule.name, by=rule.by, limit=rule.limit)
            g.forgivable = keys if rule.forgive else []

    @app.after_request
    def forgive(response: Response) -> Response:
        if response.status_code in (302, 303):
            give_back(g.get("forgivable", []))
        return response
