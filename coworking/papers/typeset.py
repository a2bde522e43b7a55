"""From plain values to a PDF by typst: PDF/A-3a and PDF/UA-1, the same bytes for the same values, no network, no file but our own."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from .glyphs import FONTS, drawable

_LAYOUT = Path(__file__).parent / "layout"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF that says the same as the page."""

    name: str
    xml: bytes


def pdf(layout: str, words: dict[str, Any], issued_on: date, *, logo: bytes = b"", attachment: Attachment | None = None) -> bytes:
    """A PDF of ``layout`` with these texts. They travel as JSON: nothing in them can be read as markup."""
    inside = {"name": attachment.name, "xml": attachment.xml.decode()} if attachment else None
    return typst.compile(
        _LAYOUT / f"{layout}.typ",
        root=_LAYOUT,
        format="pdf",
        sys_inputs={"data": json.dumps({**_drawable(words), "logo": list(logo), "attachment": inside}, ensure_ascii=False)},
        font_paths=_fonts(),
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],
        # The paper's own day, so that the same paper always makes the same bytes.
        timestamp=int(datetime.combine(issued_on, time(), UTC).timestamp()),
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {key: _drawable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(inner) for inner in value]
    return value
