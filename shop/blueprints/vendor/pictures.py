"""The pictures of a vendor's listing."""

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import VENDOR_EDITOR, access, current_vendor
from shop.blueprints.fields import tidy
from shop.blueprints.refusals import sentence
from shop.blueprints.words import PICTURE_PROBLEMS
from shop.catalog import desk, images
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work

bp = Blueprint("pictures", __name__, url_prefix="/vendor/products/<int:product_id>/pictures")


@bp.post("")
@access(VENDOR_EDITOR)
def create(product_id: int) -> ResponseReturnValue:
    """Take up a picture: it is re-encoded and stored first, then hung on the listing."""
    if desk.get_listing(read_session(), product_id, vendor_id=current_vendor.id) is None:
        abort(404)
    upload = request.files.get("picture")
    try:
        picture = images.encode_picture(upload.stream.read(images.MAX_BYTES + 1) if upload else b"")
        images.store_picture(current_app.extensions["files"], picture)
        with unit_of_work() as session:
            images.add_image(session, vendor_id=current_vendor.id, product_id=product_id, picture=picture,
                             alt=tidy(request.form.get("alt")), actor_id=current_user.id, now=clock.now())
    except images.PictureRefused as refusal:
        flash(PICTURE_PROBLEMS[refusal.data["reason"]], "bad")
    except images.TooManyPictures as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(_("사진을 걸었습니다."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product_id, _anchor="pictures"), 303)


@bp.post("/<int:image_id>/remove")
@access(VENDOR_EDITOR)
def remove(product_id: int, image_id: int) -> ResponseReturnValue:
    """Take a picture off the listing."""
    with unit_of_work() as session:
        images.remove_image(session, vendor_id=current_vendor.id, product_id=product_id, image_id=image_id,
                            actor_id=current_user.id, now=clock.now())
    flash(_("사진을 내렸습니다."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product_id, _anchor="pictures"), 303)
