"""Templates keep the house rules: they parse, they obey the strict CSP, they use tokens only."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from coworking.config import ROOT

TEMPLATES = ROOT / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
SHOWN = [name for name in PAGES if not name.startswith("emails/")]


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text()


@pytest.mark.parametrize("name", PAGES)
def test_a_template_parses(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_has_no_inline_style_or_script(name: str) -> None:
    text = _text(name)
    assert not re.search(r"\sstyle\s*=", text), "style="
    assert not re.search(r"<style|\son[a-z]+\s*=\s*[\"']|hx-on|javascript:|hx-vals=[\"']js:", text)
    assert not re.search(r"<script(?![^>]*(\ssrc=|application/ld\+json))", text)


@pytest.mark.parametrize("name", SHOWN)
def test_every_form_that_changes_something_carries_the_token(name: str) -> None:
    for form in re.findall(r"<form[^>]*method=[\"']post[\"'].*?</form>", _text(name), re.S | re.I):
        assert "csrf()" in form or "forms.token" in form or "site.language" in form, form[:120]


def _colours(path: Path) -> Iterator[str]:
    yield from re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", path.read_text())


def test_colours_live_in_the_tokens_only() -> None:
    for path in sorted((ROOT / "static" / "css").glob("*.css")):
        if path.name != "tokens.css":
            strange = [colour for colour in _colours(path) if colour.lower() not in {"#0000", "#000c", "#fff"}]
            assert not strange, f"{path.name}: {strange}"
