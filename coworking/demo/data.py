"""The demo's data files: who and what there is, in words that people wrote."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
OPERATORS = ("kvartal", "rotonde", "loom")


@cache
def read(name: str) -> dict[str, Any]:
    """The data file ``name``; read once, so nobody may change what they get."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def minute_of_day(wall: str) -> int:
    """Minutes after midnight of ``07:30``."""
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


def from_to(hours: str) -> tuple[int, int]:
    """Minutes after midnight of both ends of ``07:30-21:00``."""
    opens, closes = hours.split("-")
    return minute_of_day(opens), minute_of_day(closes)
