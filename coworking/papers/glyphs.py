"""Which characters our fonts can draw: PDF/A refuses a page with one that none of them has."""

import re
import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"

# A mark in place of a character that no font here has, such as an emoji or a Chinese one. The electronic invoice keeps it.
MISSING = "\ufffd"

# Latin first, then Greek and Cyrillic, Hebrew, Arabic: the order of layout/frame.typ.
_REGULAR = ("Figtree-Regular", "NotoSans-Regular", "NotoSansHebrew-Regular", "NotoSansArabic-Regular")
# A word of more than this many letters may break anywhere: it must not run over the figures beside it.
_ENDLESS = re.compile(r"\S{28}(?=\S)")

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")


def drawable(text: str) -> str:
    """The text as our fonts can draw it: composed, without invisible controls, with a mark for what they lack."""
    # CLDR's narrow no-break space has no glyph in Figtree.
    text = unicodedata.normalize("NFC", text).replace("\u202f", "\u00a0")
    kept = (character if character == "\n" else _drawn(character) for character in text)
    shown = re.sub(f"{MISSING}+", MISSING, "".join(kept))
    return _ENDLESS.sub("\\g<0>\u200b", shown)


def _drawn(character: str) -> str:
    if character == "\t":
        return " "
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    return character if ord(character) in coverage() else MISSING


@lru_cache(maxsize=1)
def coverage() -> frozenset[int]:
    """Code points that at least one of our fonts draws."""
    return frozenset().union(*(_characters((FONTS / f"{name}.ttf").read_bytes()) for name in _REGULAR))


def _characters(font: bytes) -> set[int]:
    """Code points in the font's ``cmap`` (OpenType 1.9, format 4)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * place) for place in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    found: set[int] = set()
    for place in range(subtables):
        (offset,) = struct.unpack_from(">I", font, cmap + 8 + 8 * place)
        (layout,) = struct.unpack_from(">H", font, cmap + offset)
        if layout == 4:
            found |= _segments(font, cmap + offset)
    return found


def _segments(font: bytes, start: int) -> set[int]:
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + doubled)
    return {code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1) if last != 0xFFFF}
