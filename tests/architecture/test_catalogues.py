"""French and Bokmål are complete: every text translated, none fuzzy, every placeholder kept."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from coworking.config import ROOT

PLACEHOLDER = re.compile(r"%\((\w+)\)[0-9]*[sd]")
METHODS = [("coworking/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


@pytest.fixture(scope="module")
def source() -> set[str]:
    """Every text that the code and the templates hold."""
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(str(ROOT), METHODS, keywords=KEYWORDS, directory_filter=_ours):
        found.add(message[0] if isinstance(message, tuple) else message)
    return found


def _ours(path: str) -> bool:
    return Path(path).name not in {".venv", "tests", "data", ".git", "static", "translations", "docs", "node_modules"}


def _catalogue(code: str) -> Catalog:
    return read_po(io.BytesIO((ROOT / "translations" / code / "LC_MESSAGES" / "messages.po").read_bytes()), locale=code)


@pytest.mark.parametrize("code", ["fr", "nb"])
def test_every_text_is_translated(code: str, source: set[str]) -> None:
    catalogue = _catalogue(code)
    missing = [text for text in sorted(source) if (message := catalogue.get(text)) is None or not _strings(message.string)[0] or message.fuzzy]
    assert not missing, f"{len(missing)} missing: {missing[:10]}"


@pytest.mark.parametrize("code", ["fr", "nb"])
def test_every_plural_has_all_its_forms(code: str) -> None:
    for message in _catalogue(code):
        if message.id and message.pluralizable:
            assert all(_strings(message.string)), message.id


@pytest.mark.parametrize("code", ["fr", "nb"])
def test_every_placeholder_is_kept(code: str) -> None:
    for message in _catalogue(code):
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(_strings(message.id)[-1]))
        for string in _strings(message.string)[-1:]:
            assert set(PLACEHOLDER.findall(string)) == wanted, message.id


def _strings(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value or ""] if value is None or isinstance(value, str) else list(value)
