"""What the parts of the demo share while one operator is made: its data, the moment, and seeded dice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from coworking.core.texts import Texts


@dataclass(slots=True)
class World:
    """One operator in the making. The same data and moment give the same rows, ids too."""

    data: Mapping[str, Any]
    now: datetime
    dice: Random

    @property
    def slug(self) -> str:
        """Name of the operator in its host name."""
        return str(self.data["slug"])

    @property
    def locales(self) -> Sequence[str]:
        """The operator's languages, its first one first."""
        languages: Sequence[str] = self.data["locales"]
        return languages

    def new_id(self, moment: datetime | None = None) -> UUID:
        """A UUIDv7 (RFC 9562) of ``moment``, or of now, whose random part comes from the dice."""
        milliseconds = int((moment or self.now).timestamp() * 1000)
        return UUID(int=milliseconds << 80 | 7 << 76 | self._bits(12) << 64 | 2 << 62 | self._bits(62))

    def texts(self, words: Mapping[str, str] | None) -> Texts:
        """``words`` in the operator's languages; raises KeyError where one is missing."""
        return Texts({locale: words[locale] for locale in self.locales}) if words else Texts()

    def ago(self, **length: float) -> datetime:
        """The moment that long before now."""
        return self.now - timedelta(**length)

    def _bits(self, count: int) -> int:
        return self.dice.getrandbits(count)


def world(data: Mapping[str, Any], now: datetime) -> World:
    """The world of one operator, with dice seeded by its slug."""
    return World(data, now.replace(microsecond=0), Random(f"demo {data['slug']}"))  # noqa: S311 - seeded on purpose, nothing secret
