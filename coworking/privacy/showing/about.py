"""What the policy in force says of each kind of data, in words: beside the data itself, on the page and in the copy."""

from dataclasses import dataclass
from typing import Any

from coworking.core import clock
from coworking.core.labels import PERSONAL
from coworking.operators.models import Operator

from ..finding import columns_of
from ..policy import versions, wording
from ..policy.choices import Choices
from ..policy.facts import facts
from ..policy.rendering import GROUPS
from ..register import ENTRIES
from ..register.terms import Basis, Purpose, Source
from .columns import columns, shown_tables

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the register in the language in force. ``recipients``: keys of the facts' recipients."""

    key: str
    title: str
    purposes: list[tuple[str, str, str]]
    """What for, on which basis, and how an interest was weighed."""
    source: str
    readers: str
    recipients: list[str]
    kept: str
    law: str
    erased: str
    withheld: str
    copied: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Things that belong together: entries of the register, and the tables that they stand in."""

    name: str
    title: str
    keys: tuple[str, ...]
    tables: tuple[str, ...]


def in_force(operator: Operator) -> Facts:
    """What is stated today: by the version in force, and by the register for what that one does not know yet."""
    today = clock.today(operator.zone)
    version = versions.in_force(operator.id, today)
    now = facts(operator, today, Choices())
    if version is None:
        return now
    known = {entry["key"] for entry in version.facts["entries"]}
    missing = [entry for entry in now["entries"] if entry["key"] not in known]
    return {**now, **version.facts, "entries": [*version.facts["entries"], *missing], "laws": now["laws"] | version.facts["laws"]}


def said(stated: Facts, keys: tuple[str, ...] | None = None) -> list[Said]:
    """The entries in words; only ``keys`` where given."""
    return [_said(entry, stated) for entry in stated["entries"] if keys is None or entry["key"] in keys]


def groups() -> list[Group]:
    """All groups with something in them, in the order of the policy."""
    tables = {name: _prefix(name) for name in shown_tables()}
    made = []
    taken: set[str] = set()
    for name, title, prefixes in GROUPS:
        mine = tuple(key for key in ENTRIES if (key.partition(".")[0] in prefixes or not prefixes) and key not in taken and key != "host.contract")
        taken.update(mine)
        heads = {key.partition(".")[0] for key in mine}
        made.append(Group(name.removeprefix("g-"), str(title), mine, tuple(table for table, prefix in tables.items() if prefix in heads)))
    return [group for group in made if group.keys]


def _prefix(table: str) -> str:
    """The first word of the key that a table is mostly about."""
    keys = [column.key for column in columns(table) if column.key is not None] or [
        column.info[PERSONAL] for column in columns_of(table).c if PERSONAL in column.info
    ]
    return keys[0].partition(".")[0]


def _said(entry: dict[str, Any], stated: Facts) -> Said:
    law = stated["laws"].get(entry["retention"].get("law", ""))
    return Said(
        key=entry["key"],
        title=wording.said(entry["title"]),
        purposes=[_purpose(use, stated) for use in entry["uses"]],
        source=wording.terms(Source, entry["source"]),
        readers=wording.readers(entry["readers"]),
        recipients=entry["recipients"],
        kept=str(wording.kept(entry["retention"], stated["laws"]).striptags()),
        law=wording.said(law["name"]) if law else "",
        erased=str(wording.ERASED[entry["erase"]]),
        withheld=wording.said(entry["withheld"]) if entry["withheld"] else "",
        copied=str(wording.COPIED[entry["export"]]),
        optional=entry["optional"],
    )


def _purpose(use: dict[str, Any], stated: Facts) -> tuple[str, str, str]:
    note = stated["balancing"].get(use.get("balancing", ""), {})
    return wording.term(Purpose, use["purpose"]), wording.term(Basis, use["basis"]), wording.said(note) if note else ""
