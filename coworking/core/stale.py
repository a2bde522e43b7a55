"""Two people at one form: whoever saves second is told what the first one changed, instead of undoing it unseen.

A form that was filled from what is kept carries a mark of each of its fields. When it comes back, a field whose mark no
longer fits what is kept was changed by somebody else meanwhile. No column holds a version: what is shown is what counts.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FileField, HiddenField, SelectFieldBase, SelectMultipleField

from .db import Base, db
from .i18n import LANGUAGES


@dataclass(frozen=True, slots=True)
class Change:
    """A field that somebody else changed, and what it holds now."""

    field: str
    """The id that its input has on the page."""
    label: str
    now: str


class Seen(HiddenField):
    """The marks of what the form showed. Never written into a row."""

    def populate_obj(self, obj: Any, name: str) -> None:
        """Keep out of what is saved."""


class CarefulForm(FlaskForm):
    """A form that notices when what it changes was changed since it was shown. Its template draws ``seen`` and ``changes``."""

    seen = Seen()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes: list[Change] = []

    def marked(self) -> Self:
        """Itself, remembering that this is what was shown."""
        self.seen.data = ".".join(_mark(field) for field in self.compared())
        return self

    def is_stale(self, kept: "CarefulForm") -> bool:
        """Whether ``kept``, the same form filled from what is kept now, is no longer what this one was filled from.

        Then ``changes`` say what is different now. Fields left alone take that over, those typed in stay as typed, and
        sending the form once more saves it. A form that says nothing of what it showed is taken as it is.
        """
        if not self.seen.data:
            return False
        seen = str(self.seen.data).split(".")
        pairs = list(zip(self.compared(), kept.compared(), strict=True))
        if len(seen) != len(pairs):
            seen = [""] * len(pairs)
        for mark, (typed, now) in zip(seen, pairs, strict=True):
            if mark == _mark(now) or _mark(typed) == _mark(now):
                continue
            if _mark(typed) == mark:
                _take_over(typed, now)
            self.changes.append(Change(f"{typed.id}-0" if isinstance(typed, SelectMultipleField) else typed.id, _label(typed), _text(now)))
        self.seen.data = kept.marked().seen.data
        return bool(self.changes)

    def compared(self) -> Iterator[Field]:
        """The fields that show what is kept."""
        return (field for field in self if not isinstance(field, HiddenField | FileField))


def hold(row: Base) -> None:
    """Read ``row`` anew and keep it from others until the end of the request, so that between looking and saving nobody gets in."""
    db.session.refresh(row, with_for_update=True)


def _mark(field: Field) -> str:
    return hashlib.blake2s(repr(_plain(field.data)).encode("utf-8", "replace"), digest_size=4).hexdigest()


def _plain(value: Any) -> Any:
    """One way to write what means the same: 350 and 350.00, nothing and an empty text."""
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, list):
        return sorted(str(each) for each in value)
    return "" if value is None else value


def _take_over(typed: Field, now: Field) -> None:
    typed.data = now.data
    if hasattr(typed, "typed"):
        typed.typed = ""


def _label(field: Field) -> str:
    languages = dict(LANGUAGES)
    name, _sign, code = field.name.rpartition("_")
    if name and code in languages:
        return _("%(field)s (%(language)s)", field=field.label.text, language=languages[code])
    return str(field.label.text)


def _text(field: Any) -> str:
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(choice[1]) for choice in field.iter_choices() if choice[2]) or _("Nothing")
    return str(field._value()) or _("Nothing")  # noqa: SLF001 - WTForms' name for what the input shows
