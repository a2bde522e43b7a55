"""Whether the register, the labels on columns and the tables agree. Everything here returns faults as sentences, for developers.

Tests run it on the code as it is, and on copies with one piece taken out, which must show.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from .entries import ENTRIES
from .entry import Clock, Entry, Held
from .recipients import RECIPIENTS, Recipient
from .stores import QUEUE_COLUMNS, STORES, Store
from .table import Address, Fate, Is, Table, Through
from .tables import TABLES
from .terms import Erase

PERSON = "person"
NOBODY = frozenset({"support_grant.person_id"})
"""A sign-in that the host's support gets for a few hours. It has no name, no address, and goes with its grant."""
NAMES_A_PERSON = re.compile(r"(^|_)(person|by)_id$")
NAMES_AN_ADDRESS = re.compile(r"(^|_)(email|address|to)$")
SAME_PERSON = frozenset({
    "purchase_order.subscription_id", "allowance_grant.subscription_id", "charge.invoice_id", "invoice.credits_id", "payment.method_id",
    "allocation.credit_note_id", "refund.credit_note_id", "invoice_line.charge_id", "invoice_line.credits_line_id", "arrears.invoice_id",
})  # fmt: skip
"""References to rows of whoever this row belongs to already, by another way."""
ALLOWED = {
    Fate.DELETE: {Erase.DELETE},
    Fate.SEVER: {Erase.SEVER, Erase.DELETE},
    Fate.HOLD: {Erase.HOLD},
    Fate.STAY: set(),
    Fate.EXPIRE: {Erase.EXPIRE},
}
"""What an entry may say of a column that is neither a mention nor emptied, by the fate of its table."""


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of one column, whoever says it: our models, or a database."""

    table: str
    name: str
    label: str
    """``personal: key``, ``not personal: why``, or empty."""
    nullable: bool
    text: bool
    parent: str = ""
    """The table that its foreign key leads to, besides the operator."""

    @property
    def person(self) -> bool:
        """Whether it names a person, by foreign key or by its own name."""
        return f"{self.table}.{self.name}" not in NOBODY and (self.parent == PERSON or bool(NAMES_A_PERSON.search(self.name)))

    @property
    def key(self) -> str:
        """The key of the register, empty where the column says nothing about a person."""
        return self.label.removeprefix("personal: ") if self.label.startswith("personal: ") else ""


@dataclass(frozen=True, slots=True)
class Register:
    """All halves that must agree."""

    entries: Mapping[str, Entry]
    tables: Mapping[str, Table]
    recipients: Mapping[str, Recipient]
    stores: Mapping[str, Store]


OURSELVES = Register(ENTRIES, TABLES, RECIPIENTS, STORES)


def label_of(column: "sa.Column[object]") -> str:
    """A column's label in one line: what its comment in the database says too."""
    if "personal" in column.info:
        return f"personal: {column.info['personal']}"
    return f"not personal: {column.info['not_personal']}" if "not_personal" in column.info else ""


def columns_of(metadata: sa.MetaData) -> list[Column]:
    """Every column of our models."""
    return [
        Column(
            table.name, column.name, label_of(column), bool(column.nullable), isinstance(column.type, sa.String),
            next((key.column.table.name for key in column.foreign_keys if column.name != "operator_id"), ""),
        )
        for table in metadata.sorted_tables for column in table.columns
    ]  # fmt: skip


def faults(columns: Iterable[Column], register: Register = OURSELVES) -> list[str]:
    """Everything that does not agree; empty where all does."""
    found = list(columns)
    return [
        *_labels(found, register),
        *_tables(found, register),
        *_fates(found, register),
        *_references(found, register),
        *_ways(found, register),
        *_recipients(register),
        *_stores(register),
        *_sent(register),
        *_clocks(found, register),
    ]


def _labels(columns: list[Column], register: Register) -> Iterator[str]:
    used = {column.key for column in columns} | {key for store in register.stores.values() for key in store.keys}
    for column in columns:
        if not column.label:
            yield f"{column.table}.{column.name} has no label"
        elif not column.key and len(column.label) < len("not personal: ") + 6:
            yield f"{column.table}.{column.name}: why it is not personal says nothing"
        elif column.key and column.key not in register.entries:
            yield f"{column.table}.{column.name}: the register has no entry {column.key}"
        elif column.person and not column.key:
            yield f"{column.table}.{column.name} leads to a person and is not labelled as personal"
    yield from (f"nothing uses the entry {key}" for key in register.entries if key not in used)


def _tables(columns: list[Column], register: Register) -> Iterator[str]:
    names = {(column.table, column.name) for column in columns}
    personal = {column.table for column in columns if column.key}
    yield from (f"{name} has personal columns and no table in the register" for name in sorted(personal - set(register.tables) - set(QUEUE_COLUMNS)))
    yield from (f"{name} is in the register and has no personal column" for name in sorted(set(register.tables) - personal))
    for table in register.tables.values():
        if not table.owner and table.fate in (Fate.DELETE, Fate.SEVER, Fate.HOLD):
            yield f"{table.name}: no way leads to whose it is"
        wanted = {path.column for path in table.owner} | set(table.mentions) | set(table.blank) | ({table.clock} if table.clock else set())
        yield from (f"{table.name} has no column {column}" for column in sorted(wanted) if (table.name, column) not in names)
        for path in table.owner:
            if isinstance(path, Through) and not (register.tables.get(path.table) and register.tables[path.table].owner):
                yield f"{table.name}: the way through {path.table} leads to nobody"


def _fates(columns: list[Column], register: Register) -> Iterator[str]:
    for column in columns:
        table, entry = register.tables.get(column.table), register.entries.get(column.key)
        if table is None or entry is None:
            continue
        where = f"{column.table}.{column.name} ({column.key})"
        if column.name in table.mentions:
            if not column.nullable:
                yield f"{where} is a mention and can't be emptied"
        elif entry.erase is Erase.CUT:
            yield f"{where} is cut out at erasure, and is no mention"
        elif column.name in table.blank:
            if not (column.nullable or column.text):
                yield f"{where} is emptied at erasure, and can't be"
        elif entry.erase not in ALLOWED[table.fate]:
            yield f"{where}: the entry says {entry.erase.value}, the table {table.fate.value}"
        elif table.fate is Fate.SEVER and table.blank and (column.person or column.text):
            yield f"{where} stays in a row that is severed, and is not emptied"


def _references(columns: list[Column], register: Register) -> Iterator[str]:
    for column in columns:
        table = register.tables.get(column.table)
        if not column.person or table is None:
            continue
        where = f"{column.table}.{column.name}"
        owners = {path.column for path in table.owner if isinstance(path, Is)}
        if column.name not in owners | set(table.mentions):
            yield f"{where} leads to a person, and is neither owner nor mention"
        elif column.name in owners and table.fate is Fate.HOLD and column.name not in table.blank:
            yield f"{where} leads to the person from a row that is held, and is not emptied"
        # A severed row without columns to empty becomes a count and goes itself.
        stays = table.fate in (Fate.HOLD, Fate.STAY) or (table.fate is Fate.SEVER and bool(table.blank))
        if stays and not column.nullable:
            yield f"{where} keeps a person from being removed"


def _ways(columns: list[Column], register: Register) -> Iterator[str]:
    for column in columns:
        table = register.tables.get(column.table)
        if table is None or not column.key or column.table == PERSON:
            continue
        where = f"{column.table}.{column.name}"
        through = {(path.column, path.table) for path in table.owner if isinstance(path, Through)}
        above = register.tables.get(column.parent)
        if above is not None and above.owner and column.parent != PERSON and where not in SAME_PERSON and (column.name, column.parent) not in through:
            yield f"{where} leads to somebody's {column.parent}, and is no way to a person"
        addresses = {path.column for path in table.owner if isinstance(path, Address)}
        if column.text and NAMES_AN_ADDRESS.search(column.name) and table.fate in (Fate.DELETE, Fate.SEVER) and column.name not in addresses:
            yield f"{where} is somebody's address, and is no way to them"


def _recipients(register: Register) -> Iterator[str]:
    for entry in register.entries.values():
        yield from (f"{entry.key}: there is no recipient {key}" for key in entry.recipients if key not in register.recipients)
        if "storage" not in entry.recipients:
            yield f"{entry.key} lies nowhere: whoever runs the database is a recipient"
    for recipient in register.recipients.values():
        if not recipient.fields:
            yield f"{recipient.key}: which fields it gets is not said"


def _stores(register: Register) -> Iterator[str]:
    for store in register.stores.values():
        yield from (f"store {store.name}: there is no entry {key}" for key in store.keys if key not in register.entries)
        if store.recipient is None:
            continue
        if store.recipient not in register.recipients:
            yield f"store {store.name}: there is no recipient {store.recipient}"
        silent = (key for key in store.keys if key in register.entries and store.recipient not in register.entries[key].recipients)
        yield from (f"store {store.name}: {key} does not name {store.recipient} as a recipient" for key in silent)


def _sent(register: Register) -> Iterator[str]:
    # Whoever runs the database has all of it, in tables; everybody else has a store of their own.
    for name in {store.recipient for store in register.stores.values() if store.recipient}:
        stores = [store for store in register.stores.values() if store.recipient == name]
        there = {key for store in stores for key in store.keys}
        yield from (
            f"{key} is sent to {name}, and no store says so"
            for key, entry in register.entries.items()
            if name in entry.recipients and key not in there
        )


def _clocks(columns: list[Column], register: Register) -> Iterator[str]:
    counted = {
        column.table for column in columns
        if (entry := register.entries.get(column.key)) is not None and (isinstance(entry.retention, Held) or entry.retention.clock in (Clock.CREATED, Clock.ENDED))
    }  # fmt: skip
    for name in sorted(counted & set(register.tables)):
        table = register.tables[name]
        above = [register.tables[path.table] for path in table.owner if isinstance(path, Through) and path.table in register.tables]
        if not any(each.clock for each in [table, *above]):
            yield f"{name}: what is kept for a time has no column to count it from"
