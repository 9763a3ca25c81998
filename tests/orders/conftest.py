"""The worked example's fixtures."""

from tests.makers import cart, makers, order  # noqa: F401
