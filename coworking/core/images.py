"""Pictures that people upload: checked, turned upright, stripped of what they tell, and made in the sizes we show."""

import io
import warnings
from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_PIXELS = 50_000_000
QUALITY = 80
AVIF_QUALITY = 55
"""As good to the eye as WebP at 80."""
CONTENT_TYPE = "image/webp"


class PictureRefused(ValueError):
    """This file can't be used as a picture. Its text says why, in the reader's language."""


class Size(NamedTuple):
    """One size of a picture, as WebP."""

    width: int
    height: int
    data: bytes


def prepare(data: bytes, widths: Sequence[int]) -> list[Size]:
    """The picture in each of ``widths`` pixels, in that order; a width beyond its own becomes its own.

    Position, camera, comments and colour profile do not survive. Raises PictureRefused.
    """
    picture = _open(data)
    return [_resized(picture, min(width, picture.width)) for width in widths]


def square(data: bytes, side: int) -> Size:
    """The middle of the picture as a square of ``side`` pixels, for faces and logos; raises PictureRefused."""
    picture = ImageOps.fit(_open(data), (side, side), Image.Resampling.LANCZOS)
    return _resized(picture, side)


def as_avif(data: bytes) -> bytes | None:
    """A picture that ``prepare`` made, as AVIF; None where this machine can't write it."""
    if not features.check("avif"):
        return None
    out = io.BytesIO()
    # One thread: the worker shares the machine with those who answer requests.
    Image.open(io.BytesIO(data), formats=("WEBP",)).save(out, "AVIF", quality=AVIF_QUALITY, speed=6, max_threads=1)
    return out.getvalue()


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        # Only the header was read so far: a picture that would fill the memory stops here.
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureRefused(_too_large())
        picture.load()
        return _plain(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as error:
        raise PictureRefused(_too_large()) from error
    except UnidentifiedImageError as error:
        raise PictureRefused(_("This file is not a picture. JPEG, PNG, WebP and AVIF work.")) from error
    except PictureRefused:
        raise
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, MemoryError) as error:
        raise PictureRefused(_("This picture can’t be read to its end. Save it again, or choose another.")) from error


def _too_large() -> str:
    return _("This picture has more than %(millions)s million pixels. Make it smaller.", millions=MOST_PIXELS // 1_000_000)


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone, in sRGB, with transparency where there is some."""
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            picture = converted or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    plain = picture.convert(mode)
    plain.info = {}
    return plain


def _resized(picture: Image.Image, width: int) -> Size:
    height = max(1, round(picture.height * width / picture.width))
    sized = picture if (width, height) == picture.size else picture.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    sized.save(out, "WEBP", quality=QUALITY, method=4)
    return Size(width, height, out.getvalue())
