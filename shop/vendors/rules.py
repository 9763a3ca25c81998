"""Which commission agreement applies: pure decisions over rows already read, no session and no clock."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from shop.kernel.errors import Conflict

CHANNELS = frozenset({"web", "hall"})


class Scoped(Protocol):
    """An agreement as far as its scope goes: None matches everything."""

    @property
    def rank(self) -> int: ...

    @property
    def vendor_id(self) -> int | None: ...

    @property
    def category_id(self) -> int | None: ...

    @property
    def channel(self) -> str | None: ...


class Agreed(Scoped, Protocol):
    """A scope with its rate."""

    @property
    def bps(self) -> int: ...


A = TypeVar("A", bound=Scoped)


class AgreementsBroken(Conflict):
    """The list of agreements in force is not usable: it needs exactly one catch-all, and that one last; `problem` says what."""


def is_catch_all(agreement: Scoped) -> bool:
    """Whether an agreement names no vendor, no category and no channel."""
    return agreement.vendor_id is None and agreement.category_id is None and agreement.channel is None


def check_agreements(agreements: Sequence[Scoped]) -> None:
    """Refuse a list (in rank order) that has no catch-all, two of them, one that is not last, or a scope that names nothing.

    Raises:
        AgreementsBroken: `problem` is no_catch_all, two_catch_alls, catch_all_not_last or broken_scope.
    """
    if any(agreement.channel is not None and agreement.channel not in CHANNELS for agreement in agreements):
        raise AgreementsBroken(problem="broken_scope")
    catch_alls = [agreement for agreement in agreements if is_catch_all(agreement)]
    if not catch_alls:
        raise AgreementsBroken(problem="no_catch_all")
    if len(catch_alls) > 1:
        raise AgreementsBroken(problem="two_catch_alls")
    if agreements[-1] is not catch_alls[0]:
        raise AgreementsBroken(problem="catch_all_not_last")


def pick(agreements: Sequence[A], vendor_id: int, category_id: int | None, channel: str) -> A:
    """The first agreement in rank order whose scope matches; the list is what was in force at the instant of the sale.

    Raises:
        AgreementsBroken: the list is not usable, so nothing is guessed.
    """
    check_agreements(agreements)
    assert channel in CHANNELS
    return next(agreement for agreement in agreements if _matches(agreement, vendor_id, category_id, channel))


def _matches(agreement: Scoped, vendor_id: int, category_id: int | None, channel: str) -> bool:
    return (
        agreement.vendor_id in (None, vendor_id)
        and (agreement.category_id is None or agreement.category_id == category_id)
        and agreement.channel in (None, channel)
    )
