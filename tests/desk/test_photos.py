"""Photos of rooms: kept in two sizes without what the camera wrote into them, and described for who can't see them."""

import io
import struct
import zlib
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from coworking.spaces.models import Photo, Resource
from tests.cast import House
from tests.conftest import As
from tests.core.work import until, worker
from tests.desk.work import Look, assert_refused


def jpeg(width: int = 1600, height: int = 900) -> bytes:
    """A photo as a telephone takes it, with the place in it and lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (60.0, 23.0, 40.0), 3: "E", 4: (5.0, 19.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG", exif=exif, comment=b"SecretComment")
    return out.getvalue()


def bomb() -> bytes:
    """A small PNG that says it is 60,000 by 60,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"0" * 9999))
        + chunk(b"IEND", b"")
    )


def send(client: FlaskClient, room: Resource, data: bytes, name: str = "photo.jpg", **other: Any) -> Any:
    """Upload it as a browser does."""
    return client.post(f"/desk/rooms/{room.id}/photos", data={"alt_nb": "Bordet", "file": (io.BytesIO(data), name), **other})


def test_a_photo_is_kept_upright_in_two_sizes_without_the_place(app: Flask, bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    assert send(mats, bergen.fjord, jpeg(), alt_en="The table").status_code == 303
    photo = look(sa.select(Photo))
    assert (photo.width, photo.height, dict(photo.alt)) == (900, 1600, {"nb": "Bordet", "en": "The table"})
    for url, width in ((photo.large_url, 900), (photo.small_url, 640)):
        shown = browse(bergen).get(url)
        assert (shown.status_code, shown.content_type) == (200, "image/webp")
        picture = Image.open(io.BytesIO(shown.data))
        assert picture.width == width
        assert not picture.getexif()
        assert b"Secret" not in shown.data
    page = mats.get(f"/desk/rooms/{bergen.fjord.id}").text
    assert 'alt="The table"' in page


def scene() -> bytes:
    """A photo with much on it: of a plain one, either form is as light."""
    out = io.BytesIO()
    Image.effect_noise((400, 225), 40).resize((1600, 900), Image.Resampling.BICUBIC).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_browser_that_reads_avif_gets_it_under_the_same_address(app: Flask, bergen: House, browse: As, look: Look) -> None:
    mats, visitor = browse(bergen, bergen.mats), browse(bergen)
    send(mats, bergen.fjord, scene())
    photo = look(sa.select(Photo))
    modern = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}
    assert visitor.get(photo.large_url, headers=modern).content_type == "image/webp", "until it is made"
    with worker(app):
        until(lambda: visitor.get(photo.small_url, headers=modern).content_type == "image/avif")
    light = visitor.get(photo.large_url, headers=modern)
    assert (light.content_type, Image.open(io.BytesIO(light.data)).size) == ("image/avif", (photo.width, photo.height))
    for accept in ("image/webp,*/*", "*/*", "image/avif;q=0", ""):
        heavy = visitor.get(photo.large_url, headers={"Accept": accept})
        assert heavy.content_type == "image/webp"
        assert "Accept" in heavy.headers["Vary"], "no cache gives it to the others"
        assert len(light.data) < len(heavy.data)
    mats.post(f"/desk/photos/{photo.id}/removal")
    with worker(app):
        until(lambda: visitor.get(photo.large_url, headers=modern).status_code == 404)


def test_a_small_picture_is_not_made_larger(bergen: House, browse: As, look: Look) -> None:
    assert send(browse(bergen, bergen.mats), bergen.fjord, jpeg(300, 500)).status_code == 303
    assert look(sa.select(Photo)).width == 500


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.jpg", b""), ("words.jpg", b"not a picture"), ("page.html", b"<html><script>alert(1)</script>"), ("half.jpg", jpeg()[:2000]), ("bomb.png", bomb()),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), ("photo.gif", b"GIF89a" + b"\x00" * 20), ("\u202egpj.exe", b"MZ" + b"\x00" * 99),
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused_and_the_words_stay(bergen: House, browse: As, look: Look, name: str, data: bytes) -> None:
    answer = send(browse(bergen, bergen.mats), bergen.fjord, data, name)
    assert_refused(answer, "file", name)
    assert 'value="Bordet"' in answer.text
    assert look(sa.select(sa.func.count()).select_from(Photo)) == 0


def test_what_the_photo_shows_is_a_must_in_the_first_language(bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    for words in ("", "  ", "\x00", "x" * 251):
        assert_refused(send(mats, bergen.fjord, jpeg(), alt_nb=words, alt_en="The table"), "alt_nb", words)
    nothing = mats.post(f"/desk/rooms/{bergen.fjord.id}/photos", data={"file": "a text, no file"})
    assert_refused(nothing, "file")
    assert_refused(nothing, "alt_nb")


def test_too_much_is_refused_before_it_is_read(bergen: House, browse: As) -> None:
    mats, path = browse(bergen, bergen.mats), f"/desk/rooms/{bergen.fjord.id}/photos"
    answer = mats.post(path, data=b"--x", content_type="multipart/form-data; boundary=x", environ_overrides={"CONTENT_LENGTH": str(13 * 1024 * 1024)})
    assert answer.status_code == 413


def test_photos_are_ordered_and_removed_with_their_files(app: Flask, bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for words in ("One", "Two"):
        send(mats, bergen.fjord, jpeg(), alt_nb=words)
    first, second = look(sa.select(Resource).where(Resource.slug == "fjord")).photos
    assert mats.post(f"/desk/photos/{second.id}/first").status_code == 303
    assert [photo.id for photo in look(sa.select(Resource).where(Resource.slug == "fjord")).photos] == [second.id, first.id]
    assert mats.post(f"/desk/photos/{first.id}/removal").status_code == 303
    assert look(sa.select(sa.func.count()).select_from(Photo)) == 1
    assert mats.post(f"/desk/photos/{first.id}/removal").status_code == 404
    assert mats.post(f"/desk/photos/{first.id}/first").status_code == 404
    visitor = browse(bergen)
    with worker(app):
        until(lambda: visitor.get(first.large_url).status_code == 404)
    assert visitor.get(second.large_url).status_code == 200


def test_a_room_has_only_so_many_photos(bergen: House, browse: As, look: Look) -> None:
    mats, small = browse(bergen, bergen.mats), jpeg(20, 20)
    for _ in range(12):
        assert send(mats, bergen.fjord, small).status_code == 303
    assert send(mats, bergen.fjord, small).status_code == 422
    assert look(sa.select(sa.func.count()).select_from(Photo)) == 12
