"""The look keeps its promises: small files, icons that exist, and text that can be read in every operator's colour."""

import gzip
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coworking.config import ROOT
from coworking.core import assets

STATIC = ROOT / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()

TEXT, EDGE = 4.5, 3.0
"""WCAG 2.2: 1.4.3 for text, 1.4.11 for the edges of controls and for what carries meaning."""

PAPER = ("ground", "surface", "raised", "sunken", "hover", "lit", "shade", "accent-soft")
PAIRS: dict[tuple[str, float], tuple[str, ...]] = {
    ("ink", TEXT): (*PAPER, "sun-soft", "ok-soft", "bad-soft"),
    ("ink-2", TEXT): (*PAPER, "sun-soft"),
    ("ink-3", TEXT): PAPER[:-1],
    ("accent-ink", TEXT): (*PAPER[:-2], "accent-soft"),
    ("on-accent", TEXT): ("accent", "accent-2"),
    ("on-sun", TEXT): ("sun",),
    ("sun-ink", TEXT): ("ground", "surface", "raised", "sun-soft"),
    ("ok", TEXT): ("ground", "surface", "raised", "ok-soft"),
    ("bad", TEXT): ("ground", "surface", "raised", "bad-soft"),
    ("edge", EDGE): ("ground", "surface", "raised", "lit"),
    ("accent", EDGE): ("ground", "surface", "lit", "shade", "sunken"),
    ("focus", EDGE): ("ground", "surface", "raised", "lit", "shade", "accent-soft"),
}

Colour = tuple[float, float, float]


def test_the_styles_stay_small(tmp_path: Path) -> None:
    url = assets.publish(tmp_path)["app.css"]
    css = (tmp_path / url.removeprefix(assets.PREFIX)).read_bytes()
    assert len(css) <= 40 * 1024
    assert len(gzip.compress(css, 9)) <= 11 * 1024


def test_our_own_script_stays_small() -> None:
    assert sum(path.stat().st_size for path in (STATIC / "js").glob("*.js")) <= 10 * 1024


def test_every_style_sheet_is_listed_once() -> None:
    listed = (STATIC / "css" / "ORDER").read_text().split()
    assert sorted(listed) == sorted(path.name for path in (STATIC / "css").glob("*.css"))


def test_every_icon_that_is_named_exists() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    named = set(_icons(ROOT / "templates", "*.html", r"\bicon\(\s*'([\w-]+)'|\bicon_name='([\w-]+)'"))
    named |= set(_icons(ROOT / "coworking", "*.toml", r'\bicon = "([\w-]+)"'))
    assert named
    assert not named - sprite


def _icons(folder: Path, names: str, pattern: str) -> Iterator[str]:
    for path in folder.rglob(names):
        for found in re.finditer(pattern, path.read_text()):
            yield next(name for name in found.groups() if name)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "floor"), PAIRS)
def test_text_and_edges_can_be_seen_in_every_operators_colour(front: str, floor: float, mode: str) -> None:
    for back in PAIRS[front, floor]:
        for hue in range(0, 360, 6):
            for chroma in (0.02, 0.05, 0.085, min(0.17, _most_chroma(0.445, hue))):
                seen = _contrast(_token(front, mode, hue, chroma), _token(back, mode, hue, chroma))
                assert seen >= floor, f"{front} on {back}, {mode}, hue {hue}, chroma {chroma:.3f}: {seen:.2f}"


def _token(name: str, mode: str, hue: float, chroma: float) -> Colour:
    """Linear sRGB of a token; channels are clipped, as browsers do."""
    found = re.search(rf"--{name}:([^;]+);", TOKENS)
    assert found, name
    value = found[1].strip()
    if value.startswith("light-dark("):
        light, dark = re.split(r",(?![^(]*\))", value.removeprefix("light-dark(")[:-1].replace("var(--h)", "H").replace("var(--chroma)", "C"))
        value = light if mode == "light" else dark
    if value == "#fff":
        return (1.0, 1.0, 1.0)
    parts = re.fullmatch(r"oklch\((\S+) (\S+) (\S+)\)", value)
    assert parts, value
    lightness, own, turn = parts.groups()
    colour = _linear(float(lightness), chroma if own == "C" else float(own), hue if turn == "H" else float(turn))
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in colour)
    return (red, green, blue)


def _linear(lightness: float, chroma: float, hue: float) -> Colour:
    """OKLCH to linear sRGB, after https://bottosson.github.io/posts/oklab/."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _most_chroma(lightness: float, hue: float) -> float:
    return max(step / 1000 for step in range(180) if all(-1e-4 <= channel <= 1.0001 for channel in _linear(lightness, step / 1000, hue)))


def _contrast(one: Colour, other: Colour) -> float:
    bright, dim = sorted((0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
