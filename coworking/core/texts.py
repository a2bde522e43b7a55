"""Words that an operator writes in several languages, kept together in one column."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Texts(dict[str, str]):
    """The same words by language code; a missing language falls back to another that exists."""

    def in_(self, locale: str, fallback: str = "en") -> str:
        """The words in ``locale``, else in ``fallback``, else in any language, else nothing."""
        return self.get(locale) or self.get(fallback) or next((text for text in self.values() if text), "")


class TextsType(TypeDecorator[Texts]):
    """Stores Texts as a JSON object."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> Any:
        """Plain dict for the database."""
        return dict(value) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> Texts | None:
        """Texts again."""
        return Texts(value) if value is not None else None
