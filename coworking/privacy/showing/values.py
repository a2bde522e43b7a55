"""One value: as people read it, and as programs do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from coworking.core import i18n
from coworking.core.money import Money
from coworking.core.permissions import Role
from coworking.people.roles import ROLE_NAMES

from ..access_words import PAGES
from ..register import ENTRIES
from ..register.terms import Purpose
from .columns import Column, Sort
from .names import YOU, Names, texts

WORDS: dict[str, LazyString] = {
    "active": lazy_gettext("active"),
    "booking": lazy_gettext("booking"),
    "cancelled": lazy_gettext("cancelled"),
    "card": lazy_gettext("card"),
    "confirmed": lazy_gettext("confirmed"),
    "credit_note": lazy_gettext("credit note"),
    "done": lazy_gettext("done"),
    "draft": lazy_gettext("draft"),
    "email": lazy_gettext("by e-mail"),
    "ended": lazy_gettext("ended"),
    "failed": lazy_gettext("failed"),
    "good": lazy_gettext("in order"),
    "invoice": lazy_gettext("invoice"),
    "issued": lazy_gettext("issued"),
    "link": lazy_gettext("by a mailed link"),
    "open": lazy_gettext("open"),
    "paid": lazy_gettext("paid"),
    "paper": lazy_gettext("on paper"),
    "paused": lazy_gettext("paused"),
    "pending": lazy_gettext("under way"),
    "phone": lazy_gettext("by phone"),
    "refused": lazy_gettext("refused"),
    "saved": lazy_gettext("by a saved card or account"),
    "signed_in": lazy_gettext("signed in on this site"),
    "subscription": lazy_gettext("subscription"),
    "succeeded": lazy_gettext("succeeded"),
    "waiting": lazy_gettext("waiting"),
    "withdrawn": lazy_gettext("taken back"),
}
"""Values that stand for a state or a kind. Others are written as they are kept, with spaces."""
_CODED = frozenset(
    {
        "state",
        "kind",
        "channel",
        "how",
        "source_kind",
        "purpose",
        "standing",
        "direction",
        "outcome",
        "unit",
        "what",
        "mail_class",
        "collect_by",
        "rule",
    }
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One value with all that its words depend on."""

    column: Column
    value: Any
    name: Any
    zone: str
    currency: str


def said(column: Column, row: sa.RowMapping, names: Names, zone: str, currency: str) -> str:
    """The value for a person, in the language in force and the time of ``zone``. Empty where nothing is kept.

    ``currency``: of amounts in a row that names none.
    """
    value = row[column.name]
    if value is None or value == "" or value in ([], {}):
        return ""
    name = names.of(column, value) if column.sort in _NAMED else None
    return _SAID[column.sort](_Cell(column, value, name, zone, row.get("currency") or currency))


def plain(column: Column, row: sa.RowMapping, names: Names, currency: str) -> Any:
    """The value for a program: ISO 8601 moments in UTC, amounts in whole units as text, references with id and name.

    People other than the subject are given by their role alone.
    """
    value = row[column.name]
    if value is None or column.sort in _AS_KEPT:
        return value
    if column.sort in _DATED:
        return value.isoformat().replace("+00:00", "Z")
    if column.sort is Sort.MONEY:
        return str(Money(value, row.get("currency") or currency).decimal)
    if column.sort in _NAMED:
        name = names.of(column, value)
        return (name or "unknown") if column.sort is Sort.PERSON else _reference(name, value)
    return f"{len(value)} bytes" if isinstance(value, bytes) else value


def _reference(name: Any, value: UUID) -> Any:
    if name is None:
        return {"id": str(value)}
    if isinstance(name, tuple):
        return {"id": str(value), "name": name[0], "starts_at": name[1].isoformat().replace("+00:00", "Z")}
    return {"id": str(value), "name": texts(name, i18n.language())}


def _person(name: Any) -> str:
    if name == YOU:
        return _("You")
    if name is None:
        return _("Somebody who is no longer here")
    if name == Role.MEMBER.value:
        return _("Another member")
    return str(ROLE_NAMES[Role(name)])


def _thing(name: Any, value: Any, zone: str) -> str:
    if name is None:
        return str(value)
    if isinstance(name, tuple):
        return _("%(room)s, %(time)s", room=name[0], time=i18n.moment(name[1], zone))
    return texts(name, i18n.language())


def _facts(column: Column, value: Any) -> str:
    if column.name == "keys":
        return ", ".join(_entry(each) for each in value)
    return _flat(value)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {_flat(each)}" for key, each in value.items() if each not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(_flat(each) for each in value)
    return str(value)


def _text(column: Column, value: str) -> str:
    known = _KNOWN.get((column.table, column.name)) or _KNOWN.get(("", column.name))
    if known is not None:
        return known(value)
    return str(WORDS.get(value, value.replace("_", " "))) if column.name in _CODED else value


def _entry(key: str) -> str:
    return str(ENTRIES[key].title) if key in ENTRIES else key


def _purpose(value: str) -> str:
    return str(next((each.text for each in Purpose if each.value == value), value.replace("_", " ")))


def _role(value: str) -> str:
    return str(next((name for role, name in ROLE_NAMES.items() if role.value == value), value))


def _country(value: str) -> str:
    return str(i18n.babel_locale().territories.get(value, value))


_KNOWN: dict[tuple[str, str], Callable[[str], str]] = {
    ("statement", "about"): _entry,
    ("access_entry", "page"): lambda value: str(PAGES.get(value, value)),
    ("", "purpose"): _purpose,
    ("", "role"): _role,
    ("", "by_role"): _role,
    ("", "country"): _country,
    ("", "vat_country"): _country,
    ("", "locale"): lambda value: dict(i18n.LANGUAGES).get(value, value),
}
"""What the values of a column stand for: of one table's, or of every table's that has one."""
_NAMED = frozenset({Sort.PERSON, Sort.THING})
_DATED = frozenset({Sort.DAY, Sort.MOMENT})
_AS_KEPT = frozenset({Sort.TEXT, Sort.NUMBER, Sort.YES_NO, Sort.FACTS})
_SAID: dict[Sort, Callable[[_Cell], str]] = {
    Sort.TEXT: lambda cell: _text(cell.column, str(cell.value)),
    Sort.NUMBER: lambda cell: str(cell.value),
    Sort.YES_NO: lambda cell: _("Yes") if cell.value else _("No"),
    Sort.DAY: lambda cell: i18n.short_date(cell.value),
    Sort.MOMENT: lambda cell: i18n.moment(cell.value, cell.zone),
    Sort.MONEY: lambda cell: i18n.money(Money(cell.value, cell.currency)),
    Sort.PERSON: lambda cell: _person(cell.name),
    Sort.THING: lambda cell: _thing(cell.name, cell.value, cell.zone),
    Sort.FACTS: lambda cell: _facts(cell.column, cell.value),
    Sort.FILE: lambda _cell: _("A file, in your copy"),
}
