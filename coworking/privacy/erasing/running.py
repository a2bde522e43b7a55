"""Erasing somebody: table by table as the register says, in one transaction at the end, and the same however often it is run.

What is large goes first, in chunks of their own; a crash between two leaves a journal entry that has it finished.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.people.models import Person

from .. import holds
from ..finding import Subject, columns_of
from ..models import ErasureReceipt
from ..register import TABLES
from ..retention_held import unsealed
from . import cutting, journal, receipts, special
from .planning import Line, lines

FORGET_CUSTOMER = "privacy.forget_customer"
PROVIDER = "stripe"
REASON = "somebody is erased"


def erase(subject: Subject, why: str, *, number: str = "", told: list[Line] | None = None, entry: journal.Entry | None = None) -> ErasureReceipt:
    """Erase the subject at the operator in force, as far as no law and no legal hold keeps something; the receipt says it all.

    ``told``: the lines as they were before the first chunk went; ``entry``: the journal's, where it was begun before;
    ``number``: of the receipt, where it is promised already. Whether something stands in the way was asked before. A subject
    that is gone already leaves a receipt over nothing.
    """
    db.session.flush()
    said = told if told is not None else lines(subject)
    begun = entry or journal.write(subject, number or receipts.new_number(), why)
    try:
        return _erased(subject, begun, said, again=False)
    except BaseException:
        if entry is None:
            journal.drop(begun)
        raise


def erase_again(subject: Subject, entry: journal.Entry) -> ErasureReceipt:
    """Erase after a restore what the journal says was erased before; rows that are younger than the entry are somebody's new start."""
    return _erased(subject, entry, lines(subject), again=True)


def chunks(subject: Subject) -> Iterator[None]:
    """Remove what there is much of, a chunk at each step: the caller commits between them."""
    held = set(holds.covering(subject))
    special.end_what_runs(subject)
    yield
    for table in cutting.in_order():
        for rows in cutting.chunks(subject, table, held):
            with unsealed(REASON):
                cutting.cut(subject, table, held, rows)
            _forget_loaded()
            yield


def _erased(subject: Subject, entry: journal.Entry, said: list[Line], *, again: bool) -> ErasureReceipt:
    person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
    held = set(holds.covering(subject))
    customers = special.provider_customers(subject)
    with unsealed(REASON):
        special.end_what_runs(subject)
        if not held:
            special.close_requests(subject)
        special.cut_copies(subject, person)
        db.session.flush()
        if subject.person_id is not None:
            cutting.cut_mentions(subject.person_id)
        for table in cutting.in_order():
            cutting.cut(subject, table, held, _older(table.name, entry) if again else sa.true())
    _forget_loaded()
    receipt = receipts.write(entry, said, [PROVIDER] if customers else [])
    for customer in customers:
        enqueue(FORGET_CUSTOMER, customer=customer, number=receipt.number)
    return receipt


def _older(name: str, entry: journal.Entry) -> sa.ColumnElement[bool]:
    columns = columns_of(name)
    return columns.c.id <= entry.id if "id" in columns.c else sa.true()


def _forget_loaded() -> None:
    """What was loaded of these tables is not in the database any more as it was."""
    for row in list(db.session):
        # What hangs on a row goes with it.
        if row in db.session and sa.inspect(row).mapper.local_table.name in TABLES:
            db.session.expunge(row)
