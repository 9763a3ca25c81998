"""Who may enter which view. Every view declares it; an undeclared one is refused to everybody.

    @bp.post("/orders/<int:vendor_order_id>/ship")
    @access(VENDOR_EDITOR)
    def ship(vendor_order_id): ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user
from sqlalchemy import select
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from shop.blueprints.signin.guards import is_office_idle
from shop.kernel.db import read_session
from shop.people.models import StaffRole
from shop.vendors.models import Membership, TeamRole, Vendor

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """Who may enter: anybody, anybody signed in, a vendor's team from a role up, or staff with one of these roles."""

    kind: str  # public | signed_in | vendor | staff
    roles: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind}:{','.join(sorted(self.roles))}" if self.roles else self.kind


PUBLIC = Rule("public")
SIGNED_IN = Rule("signed_in")
VENDOR_VIEWER = Rule("vendor", frozenset({TeamRole.VIEWER, TeamRole.EDITOR, TeamRole.OWNER}))
VENDOR_EDITOR = Rule("vendor", frozenset({TeamRole.EDITOR, TeamRole.OWNER}))
VENDOR_OWNER = Rule("vendor", frozenset({TeamRole.OWNER}))
ANY_STAFF = Rule("staff", frozenset(StaffRole))


def STAFF(*roles: StaffRole) -> Rule:  # reads as a constant beside the others
    """Staff with at least one of these roles."""
    return Rule("staff", frozenset(roles))


def access(rule: Rule) -> Callable[[View], View]:
    """Declare who may enter a view."""

    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str | None) -> Rule | None:
    """The declared rule of an endpoint; library endpoints (static files, Flask-Security) decide for themselves."""
    if endpoint is None or endpoint == "static" or endpoint.startswith("security."):
        return PUBLIC
    return getattr(app.view_functions[endpoint], "access_rule", None)


def init_access(app: Flask) -> None:
    """Check the declared rule before every view runs."""

    @app.before_request
    def guard() -> Response | None:
        rule = rule_of(app, request.endpoint)
        if rule is None:
            abort(403)
        if rule.kind == "public":
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)
        if rule.kind == "staff" and not staff_roles() & rule.roles:
            abort(403)
        if rule.kind == "vendor":
            member = find_membership()
            if member is None or member.role not in rule.roles:
                abort(403)
        if rule.kind in ("vendor", "staff"):
            if is_office_idle():
                return _leave_idle_office()
            if needs_second_factor():
                flash(_("사무실과 내 가게는 2단계 인증을 켠 뒤에 쓸 수 있습니다. 지금 설정해 주세요."), "warn")
                return redirect(url_for("security.two_factor_setup"), 303)
        return None


def _leave_idle_office() -> Response:
    logout_user()
    flash(_("오래 쓰지 않아 로그아웃했습니다. 다시 로그인해 주세요."), "info")
    return redirect(url_for("security.login", next=request.full_path.rstrip("?") if request.method == "GET" else None), 303)


def needs_second_factor() -> bool:
    """Whether this vendor or staff account still lacks the second factor that production asks of it."""
    if not current_app.config["SECOND_FACTOR_REQUIRED"] or current_user.tf_primary_method:
        return False
    return not any(passkey.usage == "secondary" for passkey in current_user.webauthn)


def staff_roles() -> frozenset[str]:
    """The staff roles of the person signed in."""
    if not current_user.is_authenticated:
        return frozenset()
    if "staff_roles" not in g:
        g.staff_roles = frozenset(role.name for role in current_user.roles)
    return g.staff_roles


def may_enter(path: str) -> bool:
    """Whether a page of a menu is open to the staff roles of the person signed in; pages of others keep their own rule."""
    endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    rule = rule_of(current_app, endpoint)
    return rule is not None and (rule.kind != "staff" or bool(staff_roles() & rule.roles))


def find_membership() -> Membership | None:
    """The membership by which the person signed in acts for a vendor: the chosen one, else the first."""
    if not current_user.is_authenticated:
        return None
    if "membership" not in g:
        mine = select(Membership).where(Membership.user_id == current_user.id).order_by(Membership.id)
        members = list(read_session().scalars(mine))
        chosen = session.get("vendor_id")
        g.membership = next((m for m in members if m.vendor_id == chosen), members[0] if members else None)
    return g.membership


def _current_vendor() -> Vendor | None:
    member = find_membership()
    if member is None:
        return None
    if "vendor" not in g:
        g.vendor = read_session().get(Vendor, member.vendor_id)
    return g.vendor


current_vendor: Any = LocalProxy(_current_vendor)
