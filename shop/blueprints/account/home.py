"""The account page: own orders, profile, keys, and signing out everywhere."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from shop.blueprints.access import SIGNED_IN, access, find_membership, needs_second_factor, staff_roles
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.orders.queries import PAGE, list_own_orders
from shop.people.accounts import NameRefused, PhoneRefused, end_all_sessions, update_profile
from shop.translating import lazy as _l

bp = Blueprint("home", __name__)


class ProfileForm(FlaskForm):
    """One's own name, phone and language."""

    name = StringField(_l("이름"), validators=[InputRequired(_l("이름을 적어 주세요.")), Length(max=80)])
    phone = StringField(_l("휴대전화"), validators=[Length(max=30)])
    locale = SelectField(_l("편지를 받을 언어"), choices={"ko": "한국어", "en": "English"}, validators=[InputRequired()])


@bp.get("")
@access(SIGNED_IN)
def show() -> ResponseReturnValue:
    """The account page."""
    return _page(ProfileForm(obj=current_user))


def _page(form: ProfileForm, status: int = 200) -> ResponseReturnValue:
    after = request.args.get("after", type=int)
    orders = list_own_orders(read_session(), current_user.id, before_id=after)
    next_url = url_for("account.home.show", after=orders[-1].id) if len(orders) == PAGE else None
    return render_template("account/home/show.html", form=form, orders=orders, next_url=next_url, first=after is None,
                           second_factor_missing=needs_second_factor()), status


@bp.get("/enter")
@access(SIGNED_IN)
def enter() -> ResponseReturnValue:
    """Where a person goes after signing in: staff to the office, vendors to their shop, shoppers to the hall."""
    if staff_roles():
        return redirect("/staff", 303)
    return redirect("/vendor" if find_membership() else "/", 303)


@bp.post("/profile")
@access(SIGNED_IN)
def update() -> ResponseReturnValue:
    """Change name, phone and language."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with unit_of_work() as own:
            update_profile(own, user_id=current_user.id, name=form.name.data or "", phone=form.phone.data or "",
                           locale=form.locale.data or str(get_locale()), now=clock.now())
    except PhoneRefused:
        form.phone.errors = [_("전화번호를 다시 보아 주세요. 예: 010-1234-5678")]
        return _page(form, 422)
    except NameRefused:
        form.name.errors = [_("이름은 1자에서 80자까지 적을 수 있습니다.")]
        return _page(form, 422)
    flash(_("고쳤습니다."), "ok")
    return redirect(url_for("account.home.show"), 303)


@bp.post("/sign-out-everywhere")
@access(SIGNED_IN)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every other session of one's account; this one goes on."""
    with unit_of_work() as own:
        uniquifier = end_all_sessions(own, user_id=current_user.id, now=clock.now())
    session["_user_id"] = uniquifier
    flash(_("다른 기기에서 모두 로그아웃했습니다."), "ok")
    return redirect(url_for("account.home.show"), 303)
