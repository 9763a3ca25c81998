"""Pictures of goods: checked by their header, re-encoded to WebP in three widths without metadata, kept by content.

Only what comes out of the encoder is ever stored or served; the uploaded bytes are thrown away.
"""

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.catalog.drafts import lock_product
from shop.catalog.models import ProductImage
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.files import FileStore
from shop.people import audit

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_PICTURES = 8
MAX_RATIO = 4
WIDTHS = (400, 800, 1600)
FORMATS = ("JPEG", "PNG", "WEBP", *(("AVIF",) if features.check("avif") else ()))

Image.MAX_IMAGE_PIXELS = None  # our own limit is lower, and is asked of the header before anything is decoded


class PictureRefused(Invalid):
    """A file that cannot be shown; `reason` is empty, too_big, wrong_kind, too_many_pixels, too_long, too_small or broken."""


class TooManyPictures(Conflict):
    """A listing has at most eight pictures."""


class PictureUnknown(NotFound):
    """There is no such picture on this listing."""


@dataclass(frozen=True)
class Picture:
    """An encoded picture: its key and the WebP bytes of each width."""

    key: str
    files: dict[int, bytes]


def encode_picture(content: bytes) -> Picture:
    """Turn an uploaded file into our own WebP files. Pure: nothing is stored.

    Raises:
        PictureRefused.
    """
    if not content:
        raise PictureRefused(reason="empty")
    if len(content) > MAX_BYTES:
        raise PictureRefused(reason="too_big")
    image = _decode(content)
    widths = [width for width in WIDTHS if width <= image.width] or [image.width]
    files = {width: _encode(image, width) for width in widths}
    name = hashlib.sha256(b"".join(files.values())).hexdigest()[:20]
    return Picture(key=f"products/{name}", files=files)


def store_picture(files: FileStore, picture: Picture) -> None:
    """Put an encoded picture into the file store; the same picture again lands on the same keys."""
    for width, content in picture.files.items():
        files.put(f"{picture.key}-{width}.webp", content, "image/webp")


def add_image(
    session: Session, *, vendor_id: int, product_id: int, picture: Picture, alt: str, actor_id: int | None, now: datetime,
) -> ProductImage:
    """Hang a stored picture on a listing, after those that hang there; the same picture twice hangs once.

    Raises:
        ProductUnknown: none of this vendor's. TooManyPictures.
    """
    lock_product(session, vendor_id=vendor_id, product_id=product_id)
    rows = list(session.scalars(select(ProductImage).where(ProductImage.product_id == product_id)))
    known = next((row for row in rows if row.key == picture.key), None)
    if known is not None:
        return known
    if len(rows) >= MAX_PICTURES:
        raise TooManyPictures()
    position = max((row.position for row in rows), default=-1) + 1
    row = ProductImage(product_id=product_id, key=picture.key, widths=sorted(picture.files), alt=alt[:160], position=position)
    session.add(row)
    session.flush()
    audit.record(session, actor_id=actor_id, action="picture.added", subject=("product", product_id), after={"key": row.key},
                 now=now)
    return row


def remove_image(
    session: Session, *, vendor_id: int, product_id: int, image_id: int, actor_id: int | None, now: datetime,
) -> None:
    """Take a picture off a listing; its files stay, another listing may show the same ones.

    Raises:
        ProductUnknown, PictureUnknown.
    """
    lock_product(session, vendor_id=vendor_id, product_id=product_id)
    row = session.get(ProductImage, image_id)
    if row is None or row.product_id != product_id:
        raise PictureUnknown()
    session.delete(row)
    audit.record(session, actor_id=actor_id, action="picture.removed", subject=("product", product_id), before={"key": row.key},
                 now=now)
    session.flush()


def count_images(session: Session, product_id: int) -> int:
    """How many pictures a listing has."""
    return session.scalar(select(func.count()).select_from(ProductImage).where(ProductImage.product_id == product_id)) or 0


def _decode(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        _check_size(*image.size)
        image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        image.load()
        return _plain(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as error:
        raise PictureRefused(reason="wrong_kind") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise PictureRefused(reason="broken") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureRefused(reason="too_many_pixels")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise PictureRefused(reason="too_long")
    if min(width, height) < 200:
        raise PictureRefused(reason="too_small")


def _plain(image: Image.Image) -> Image.Image:
    """Pixels in sRGB and nothing else: no profile, no EXIF, no text."""
    profile = image.info.get("icc_profile")
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK"):
        image = _to_srgb(image, profile)
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    return plain


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile changes colours a little; it is no reason to refuse a picture
    return converted or image


def _encode(image: Image.Image, width: int) -> bytes:
    height = max(1, (image.height * width + image.width // 2) // image.width)
    smaller = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    smaller.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()
