"""The house's rules, each with its version: the day from which it binds. Consents name the version that was agreed to."""

from typing import NamedTuple

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access
from shop.translating import lazy as _l

bp = Blueprint("rules", __name__, url_prefix="/rules")


class Rules(NamedTuple):
    """One text: its title and the day of its version."""

    title: str
    version: str


RULES = {
    "terms": Rules(_l("이용약관"), "2026-11-22"),
    "privacy": Rules(_l("개인정보 처리방침"), "2026-11-22"),
    "withdrawal": Rules(_l("청약철회와 반품"), "2026-11-22"),
    "reviews": Rules(_l("후기 운영 기준"), "2026-11-22"),
    "seller-notice": Rules(_l("판매자와 중개자"), "2026-11-22"),
    "accessibility": Rules(_l("접근성"), "2026-11-22"),
}


@bp.get("/<slug>")
@access(PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """One text in force."""
    rules = RULES.get(slug)
    if rules is None:
        abort(404)
    return render_template(f"public/rules/{slug}.html", rules=rules, slug=slug, all_rules=RULES)
