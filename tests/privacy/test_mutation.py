"""The checks are checked: take any one piece out of the register or its labels, and they say so."""

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from coworking.privacy.register.checking import OURSELVES, Column, Register, columns_of, faults
from coworking.privacy.register.entry import Held
from coworking.privacy.register.terms import Erase
from coworking.schema import metadata

COLUMNS = columns_of(metadata)
KNOWN = set(faults(COLUMNS))
Made = tuple[list[Column], Register]
Mutant = tuple[str, Callable[[], Made]]


def labels() -> Iterator[Mutant]:
    for index, column in enumerate(COLUMNS):
        yield f"label of {column.table}.{column.name}", partial(_unlabelled, index)


def entries() -> Iterator[Mutant]:
    for key in OURSELVES.entries:
        yield f"entry {key}", partial(_without, "entries", key)


def recipients() -> Iterator[Mutant]:
    for key in OURSELVES.recipients:
        yield f"recipient {key}", partial(_without, "recipients", key)
    for key, entry in OURSELVES.entries.items():
        for name in entry.recipients:
            yield f"{key} to {name}", partial(_changed, "entries", key, recipients=_but(entry.recipients, name))


def erasures() -> Iterator[Mutant]:
    used = {column.key for column in COLUMNS}
    for key, entry in OURSELVES.entries.items():
        if not isinstance(entry.retention, Held) and entry.erase is not Erase.CUT and key in used:
            yield f"erasure of {key}", partial(_changed, "entries", key, erase=Erase.CUT)


def tables() -> Iterator[Mutant]:
    for name, table in OURSELVES.tables.items():
        yield f"table {name}", partial(_without, "tables", name)
        for part in ("owner", "mentions", "blank"):
            for each in getattr(table, part):
                yield f"{part} of {name}: {each}", partial(_changed, "tables", name, **{part: _but(getattr(table, part), each)})


def stores() -> Iterator[Mutant]:
    for name, store in OURSELVES.stores.items():
        if store.recipient:
            for key in store.keys:
                yield f"{key} in {name}", partial(_changed, "stores", name, keys=_but(store.keys, key))


def _unlabelled(index: int) -> Made:
    return [*COLUMNS[:index], dataclasses.replace(COLUMNS[index], label=""), *COLUMNS[index + 1 :]], OURSELVES


def _without(part: str, key: str) -> Made:
    left = {name: each for name, each in getattr(OURSELVES, part).items() if name != key}
    return COLUMNS, dataclasses.replace(OURSELVES, **{part: left})


def _changed(part: str, key: str, **changes: Any) -> Made:
    kept = getattr(OURSELVES, part)
    return COLUMNS, dataclasses.replace(OURSELVES, **{part: {**kept, key: dataclasses.replace(kept[key], **changes)}})


def _but(all_of_them: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    return tuple(each for each in all_of_them if each != one)


def _is_seen(make: Callable[[], Made]) -> bool:
    try:
        return bool(set(faults(*make())) - KNOWN)
    except ValueError:
        # The register refused to be written like that at all.
        return True


@pytest.mark.parametrize("kind", [labels, entries, recipients, erasures, tables, stores], ids=lambda kind: str(kind.__name__))
def test_nothing_can_be_left_out_unseen(kind: Callable[[], Iterator[Mutant]]) -> None:
    mutants = list(kind())
    assert len(mutants) > 10
    assert [name for name, make in mutants if not _is_seen(make)] == []


def test_what_changes_nothing_is_not_reported() -> None:
    assert set(faults(*_changed("entries", "person.phone", optional=False))) == KNOWN
