"""Pictures are checked, turned upright and stripped; what only looks like one is refused in words."""

import io
import struct
import zlib

import pytest
from PIL import Image

from coworking.core import images

TURN_RIGHT = 6
"""EXIF orientation of a phone held upright."""


def picture(width: int = 400, height: int = 200, form: str = "JPEG", mode: str = "RGB", **save: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "teal").save(out, form, **save)
    return out.getvalue()


def test_each_width_is_made_and_none_is_blown_up() -> None:
    sizes = images.prepare(picture(), [100, 300, 800])
    assert [(size.width, size.height) for size in sizes] == [(100, 50), (300, 150), (400, 200)]
    for size in sizes:
        made = Image.open(io.BytesIO(size.data))
        assert (made.format, made.size) == ("WEBP", (size.width, size.height))


@pytest.mark.proves("CWL-5")
def test_a_photo_is_turned_upright_and_tells_nothing_of_place_or_camera() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = TURN_RIGHT, "Camera of Alice", "At home"
    exif.get_ifd(0x8825)[1] = "N"
    (size,) = images.prepare(picture(exif=exif.tobytes(), comment=b"hello"), [1000])
    assert (size.width, size.height) == (200, 400)
    assert not Image.open(io.BytesIO(size.data)).getexif()
    for trace in (b"Alice", b"home", b"hello", b"EXIF", b"XMP ", b"ICCP"):
        assert trace not in size.data


def test_transparency_lasts() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (400, 200), (0, 120, 120, 90)).save(out, "PNG")
    (size,) = images.prepare(out.getvalue(), [100])
    assert Image.open(io.BytesIO(size.data)).mode == "RGBA"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_other_formats_work(form: str) -> None:
    assert images.prepare(picture(form=form), [100])[0].width == 100


def test_avif_is_the_same_picture() -> None:
    (size,) = images.prepare(picture(), [300])
    made = images.as_avif(size.data)
    assert made is not None
    avif = Image.open(io.BytesIO(made))
    assert (avif.format, avif.size) == ("AVIF", (300, 150))


def test_a_machine_without_avif_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    assert images.as_avif(images.prepare(picture(), [300])[0].data) is None


def test_a_face_is_a_square() -> None:
    size = images.square(picture(), 96)
    assert (size.width, size.height) == (96, 96)


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>1</script>", b"GIF89a<script>", picture(form="TIFF"), b"%PDF-1.7"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(images.PictureRefused, match="not a picture"):
        images.prepare(data, [100])


def test_a_picture_cut_short_is_refused() -> None:
    with pytest.raises(images.PictureRefused, match="to its end"):
        images.prepare(picture(2000, 2000, quality=95)[:900], [100])


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    for side in (8_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        with pytest.raises(images.PictureRefused, match="million pixels"):
            images.prepare(b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT" + b"\0" * 8, [100])
