"""What forms of every domain share: cleaning what people type before any rule looks at it."""

import unicodedata
from typing import Any

from wtforms import ValidationError

# Marks that turn the direction of what follows them: with one, a name can pass for another.
TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def one_line(text: str | None) -> str:
    """Without line breaks and other control characters, and without idle space: names go into mail headers."""
    return " ".join("".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in (text or "").translate(TURNS)).split())


def several_lines(text: str | None) -> str:
    """With line breaks of one kind and no other control characters: PostgreSQL keeps no NUL."""
    plain = (text or "").translate(TURNS).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


class Between:
    """A whole number within bounds, both included. What is no number at all gets the same words."""

    def __init__(self, least: int, most: int, message: Any) -> None:
        self.least, self.most, self.message = least, most, message

    def __call__(self, form: Any, field: Any) -> None:
        """Raises ValidationError with the field's own words."""
        if field.data is None or not self.least <= field.data <= self.most:
            field.errors = []
            raise ValidationError(self.message % {"least": self.least, "most": self.most})
