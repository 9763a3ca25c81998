"""Errors as the real API words them, and the named reasons for which the double will not start."""

from typing import Any


class DoubleRefused(RuntimeError):
    """The double must not run here."""


class LiveKeyRefused(DoubleRefused):
    """A live secret key was given: real money is meant, and the double has none."""


class EnvironmentRefused(DoubleRefused):
    """The application is neither the demo nor under test."""


class PublicAddressRefused(DoubleRefused):
    """The double or its webhook target would be reachable beyond this machine."""


class Problem(Exception):
    """A Stripe-shaped refusal; `stored` says whether an idempotency key remembers it (only once work has begun)."""

    def __init__(self, status: int, kind: str, message: str, *, code: str | None = None, param: str | None = None,
                 stored: bool = False, **more: Any) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.body = {"error": {"type": kind, "message": message, **more}}
        if code:
            self.body["error"]["code"] = code
        if param:
            self.body["error"]["param"] = param


def invalid(message: str, *, code: str | None = None, param: str | None = None, status: int = 400) -> Problem:
    """A request that could never have worked."""
    return Problem(status, "invalid_request_error", message, code=code, param=param)


def refused(message: str, *, code: str, **more: Any) -> Problem:
    """A well-formed request which the state of its object forbids."""
    return Problem(400, "invalid_request_error", message, code=code, stored=True, **more)


def missing(noun: str, identifier: str, param: str = "id") -> Problem:
    """An unknown id."""
    return invalid(f"No such {noun}: '{identifier}'", code="resource_missing", param=param, status=404)


def unknown_url(verb: str, path: str) -> Problem:
    """An address the API does not have."""
    return invalid(f"Unrecognized request URL ({verb}: {path}). Please see https://stripe.com/docs.", status=404)
