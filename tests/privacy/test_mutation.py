"""The checks are checked: take any one piece out of the register or its labels, and they say so."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import pytest

from coworking.privacy.register.checking import OURSELVES, Column, Register, columns_of, faults
from coworking.privacy.register.entry import Held
from coworking.privacy.register.terms import Erase
from coworking.schema import metadata

COLUMNS = columns_of(metadata)
T = TypeVar("T")
KNOWN = set(faults(COLUMNS))
Mutant = tuple[str, Callable[[], tuple[list[Column], Register]]]


def _without(kept: Mapping[str, T], key: str) -> dict[str, T]:
    return {name: each for name, each in kept.items() if name != key}


def labels() -> Iterator[Mutant]:
    for index, column in enumerate(COLUMNS):
        changed = [*COLUMNS[:index], dataclasses.replace(column, label=""), *COLUMNS[index + 1 :]]
        yield f"label of {column.table}.{column.name}", lambda changed=changed: (changed, OURSELVES)


def entries() -> Iterator[Mutant]:
    for key in OURSELVES.entries:
        yield f"entry {key}", lambda key=key: (COLUMNS, dataclasses.replace(OURSELVES, entries=_without(OURSELVES.entries, key)))


def recipients() -> Iterator[Mutant]:
    for key in OURSELVES.recipients:
        yield f"recipient {key}", lambda key=key: (COLUMNS, dataclasses.replace(OURSELVES, recipients=_without(OURSELVES.recipients, key)))
    for key, entry in OURSELVES.entries.items():
        for name in entry.recipients:
            yield (
                f"{key} to {name}",
                lambda key=key, entry=entry, name=name: _entry(key, recipients=tuple(each for each in entry.recipients if each != name)),
            )


def erasures() -> Iterator[Mutant]:
    for key, entry in OURSELVES.entries.items():
        if not isinstance(entry.retention, Held) and entry.erase is not Erase.CUT and any(column.key == key for column in COLUMNS):
            yield f"erasure of {key}", lambda key=key: _entry(key, erase=Erase.CUT)


def tables() -> Iterator[Mutant]:
    for name, table in OURSELVES.tables.items():
        yield f"table {name}", lambda name=name: (COLUMNS, dataclasses.replace(OURSELVES, tables=_without(OURSELVES.tables, name)))
        for part in ("owner", "mentions", "blank"):
            for each in getattr(table, part):
                yield (
                    f"{part} of {name}: {each}",
                    lambda name=name, part=part, each=each: _table(
                        name, **{part: tuple(other for other in getattr(OURSELVES.tables[name], part) if other != each)}
                    ),
                )


def stores() -> Iterator[Mutant]:
    for name, store in OURSELVES.stores.items():
        if store.recipient:
            for key in store.keys:
                left = dataclasses.replace(store, keys=tuple(each for each in store.keys if each != key))
                yield (
                    f"{key} in {name}",
                    lambda name=name, left=left: (COLUMNS, dataclasses.replace(OURSELVES, stores={**OURSELVES.stores, name: left})),
                )


def _entry(key: str, **changes: Any) -> tuple[list[Column], Register]:
    changed = dataclasses.replace(OURSELVES.entries[key], **changes)
    return COLUMNS, dataclasses.replace(OURSELVES, entries={**OURSELVES.entries, key: changed})


def _table(name: str, **changes: Any) -> tuple[list[Column], Register]:
    changed = dataclasses.replace(OURSELVES.tables[name], **changes)
    return COLUMNS, dataclasses.replace(OURSELVES, tables={**OURSELVES.tables, name: changed})


def _is_seen(make: Callable[[], tuple[list[Column], Register]]) -> bool:
    try:
        return bool(set(faults(*make())) - KNOWN)
    except ValueError:
        # The register refused to be written like that at all.
        return True


@pytest.mark.parametrize("kind", [labels, entries, recipients, erasures, tables, stores], ids=lambda kind: str(kind.__name__))
def test_nothing_can_be_left_out_unseen(kind: Callable[[], Iterator[Mutant]]) -> None:
    mutants = list(kind())
    assert len(mutants) > 10 or kind is stores
    assert [name for name, make in mutants if not _is_seen(make)] == []


def test_what_changes_nothing_is_not_reported() -> None:
    entry = OURSELVES.entries["person.phone"]
    same = dataclasses.replace(OURSELVES, entries={**OURSELVES.entries, entry.key: dataclasses.replace(entry, optional=not entry.optional)})
    assert faults(COLUMNS, same) == faults(COLUMNS)
