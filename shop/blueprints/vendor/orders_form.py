"""The forms of a vendor's orders."""

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from shop.blueprints.fields import CHOOSE, Line, options
from shop.orders.couriers import COURIERS
from shop.translating import lazy as _l


class ShipForm(FlaskForm):
    """With whom a parcel goes, and under which number."""

    courier = SelectField(_l("택배사"), validators=[InputRequired(CHOOSE)],
                          choices=options(*((courier.code, courier.name) for courier in COURIERS.values())))
    tracking_number = Line(_l("송장 번호"), most=30, needed=False, render_kw={"inputmode": "numeric", "autocomplete": "off"})


class CancelForm(FlaskForm):
    """Why goods cannot be supplied."""

    reason = Line(_l("보낼 수 없는 까닭"), most=200)
