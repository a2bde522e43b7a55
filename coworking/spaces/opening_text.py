"""Opening hours as people type them: ``08:00–12:00, 13:00–18:30``; nothing means closed."""

import re

DAY = 1440
_STRETCH = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|—)\s*(\d{1,2})(?:[:.h](\d{2}))?")


class UnreadableHours(ValueError):
    """The text is no list of stretches that follow each other within one day."""


def read(text: str) -> list[tuple[int, int]]:
    """Stretches in minutes after midnight, in order and apart; raises UnreadableHours."""
    stretches: list[tuple[int, int]] = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", text))):
        found = _STRETCH.fullmatch(part)
        if found is None:
            raise UnreadableHours(part)
        opens, closes = _minutes(found[1], found[2]), _minutes(found[3], found[4])
        if not 0 <= opens < closes <= DAY or (stretches and opens < stretches[-1][1]):
            raise UnreadableHours(part)
        stretches.append((opens, closes))
    return stretches


def write(stretches: list[tuple[int, int]]) -> str:
    """The text that reads as these stretches."""
    return ", ".join(f"{_wall(opens)}–{_wall(closes)}" for opens, closes in stretches)


def _minutes(hours: str, minutes: str | None) -> int:
    rest = int(minutes or 0)
    return int(hours) * 60 + rest if rest < 60 else DAY + 1


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
