"""Pictures: only what our own encoder wrote is kept, and everything else is refused with its reason."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from shop.catalog import drafts, images
from shop.kernel.files import LocalFileStore
from tests import factories


def picture(kind="JPEG", size=(1200, 900), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def opened(encoded: images.Picture, width: int) -> Image.Image:
    return Image.open(io.BytesIO(encoded.files[width]))


def refused(content: bytes) -> str:
    with pytest.raises(images.PictureRefused) as refusal:
        images.encode_picture(content)
    return refusal.value.data["reason"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_webp_in_the_widths_it_can_fill(kind):
    encoded = images.encode_picture(picture(kind))
    assert sorted(encoded.files) == [400, 800]
    assert [(opened(encoded, w).format, opened(encoded, w).size) for w in (400, 800)] == [
        ("WEBP", (400, 300)),
        ("WEBP", (800, 600)),
    ]


def test_a_large_picture_fills_three_widths_and_a_small_one_keeps_its_own():
    assert sorted(images.encode_picture(picture(size=(3000, 2000))).files) == [400, 800, 1600]
    assert sorted(images.encode_picture(picture(size=(300, 250))).files) == [300]


def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET-CAMERA"  # rotated by 90°, maker
    encoded = images.encode_picture(picture(size=(1200, 800), exif=exif))
    assert opened(encoded, 800).size == (800, 1200)
    assert all(b"SECRET-CAMERA" not in content and b"EXIF" not in content for content in encoded.files.values())
    text = PngImagePlugin.PngInfo()
    text.add_text("comment", "SECRET-TEXT")
    assert all(b"SECRET-TEXT" not in c for c in images.encode_picture(picture("PNG", pnginfo=text)).files.values())


def test_the_same_picture_has_the_same_key():
    assert images.encode_picture(picture()).key == images.encode_picture(picture()).key
    assert images.encode_picture(picture()).key != images.encode_picture(picture(size=(1200, 800))).key


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "CMYK", "1", "I;16"])
def test_every_colour_mode_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    encoded = images.encode_picture(picture(kind, mode=mode))
    assert opened(encoded, 400).mode in ("RGB", "RGBA")


def test_what_hides_behind_a_picture_does_not_survive():
    payload = b"<script>alert(1)</script>PK\x03\x04"
    for kind in ("JPEG", "PNG"):
        encoded = images.encode_picture(picture(kind) + payload)
        assert all(b"<script>" not in content and b"PK\x03\x04" not in content for content in encoded.files.values())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"x" * (images.MAX_BYTES + 1), "too_big"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "wrong_kind"),
        (b"<html>hello</html>", "wrong_kind"),
        (b"GIF89a<script>", "wrong_kind"),
        (b"%PDF-1.7", "wrong_kind"),
        (b"MZ" + b"\x00" * 500, "wrong_kind"),
    ],
)
def test_what_is_no_picture_is_refused(content, reason):
    assert refused(content) == reason


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_kinds_of_pictures_are_refused(kind):
    assert refused(picture(kind, size=(256, 256))) == "wrong_kind"


def test_half_a_picture_is_refused():
    whole = picture(size=(1200, 900))
    assert refused(whole[: len(whole) // 2]) == "broken"
    assert refused(picture("PNG")[:2000]) == "broken"


def test_shapes_that_cannot_be_hung_are_refused():
    assert refused(picture(size=(1300, 300))) == "too_long"
    assert refused(picture(size=(199, 199))) == "too_small"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that promises an enormous picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6400, 6400), (60_000, 60_000), (2_000_000_000, 2_000_000_000)])
def test_a_picture_that_promises_too_many_pixels_is_refused_before_it_is_decoded(size, monkeypatch):
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda self: pytest.fail("it was decoded"))
    assert refused(bomb(*size)) == "too_many_pixels"


def test_stored_files_lie_under_the_key_with_their_width(tmp_path):
    files, encoded = LocalFileStore(tmp_path), images.encode_picture(picture())
    images.store_picture(files, encoded)
    assert files.get(f"{encoded.key}-400.webp") == encoded.files[400]


def test_pictures_hang_in_order_once_each_and_eight_at_most(session, now):
    vendor = factories.make_vendor(session)
    product = factories.make_product(session, vendor)

    def hang(number, vendor_id=vendor.id):
        return images.add_image(
            session,
            vendor_id=vendor_id,
            product_id=product.id,
            actor_id=None,
            now=now,
            alt="공책",
            picture=images.Picture(f"products/{number:020d}", {400: b"", 800: b""}),
        )

    rows = [hang(number) for number in range(8)]
    assert [row.position for row in rows] == list(range(8))
    assert hang(3) is rows[3]
    with pytest.raises(images.TooManyPictures):
        hang(9)
    rival = factories.make_vendor(session, "다른 곳")
    with pytest.raises(drafts.ProductUnknown):
        hang(10, rival.id)
    with pytest.raises(drafts.ProductUnknown):
        images.remove_image(session, vendor_id=rival.id, product_id=product.id, image_id=rows[0].id, actor_id=None, now=now)
    with pytest.raises(images.PictureUnknown):
        images.remove_image(session, vendor_id=vendor.id, product_id=product.id, image_id=999, actor_id=None, now=now)
    images.remove_image(session, vendor_id=vendor.id, product_id=product.id, image_id=rows[0].id, actor_id=None, now=now)
    assert images.count_images(session, product.id) == 7
