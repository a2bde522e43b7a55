"""After a restore: the database is older than the journal, and whoever was erased since is there again. Erase them anew.

How we know: every erasure writes its receipt in its own transaction, and its number into the journal. A number without a
receipt means a restored database, or a crash between the two; either way the erasure is done now, before anybody is served.
"""

import sqlalchemy as sa

from coworking.core import health, tenancy
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.people.models import Person

from ..finding import Subject, columns_of
from ..models import ErasureReceipt
from ..register import TABLES
from ..register.table import Address
from . import asking, journal
from .running import chunks, erase_again

_settled: list[bool] = []


def missing() -> list[journal.Entry]:
    """Entries of the journal that the database knows nothing of."""
    written = list(journal.entries())
    if not written:
        return []
    with tenancy.across_operators():
        # What was begun in chunks has a job that carries on.
        known = set(db.session.scalars(sa.select(ErasureReceipt.number))) | asking.begun()
        here = set(db.session.scalars(sa.select(Operator.id)))
    return [entry for entry in written if entry.number not in known and entry.operator_id in here]


def replay() -> int:
    """Erase again whoever the journal says was erased; how many entries there were. Commits after each."""
    waiting = missing()
    db.session.rollback()
    for entry in waiting:
        with tenancy.acting_for(entry.operator_id):
            for subject in _subjects(entry):
                for _chunk in chunks(subject):
                    db.session.commit()
                erase_again(subject, entry)
            db.session.commit()
    _settled.clear()
    return len(waiting)


def settled() -> bool:
    """Whether nobody is here whom the journal says was erased. Once true it stays so: from then on we write both."""
    if not _settled and not missing():
        _settled.append(True)
    return bool(_settled)


def _subjects(entry: journal.Entry) -> list[Subject]:
    """Whom an entry means, in this database; somebody without anything where they are gone."""
    person = db.session.get(Person, entry.person_id) if entry.person_id is not None else None
    found = [Subject(entry.person_id, address) for address in _addresses(entry)]
    if person is not None and not found:
        found = [Subject.of(person)]
    return found or [Subject(entry.person_id, "")]


def _addresses(entry: journal.Entry) -> list[str]:
    """Addresses in the database whose HMAC is the entry's."""
    if not entry.mark:
        return []
    parts = []
    for table in TABLES.values():
        columns = columns_of(table.name)
        parts += [
            sa.select(sa.func.lower(columns.c[path.column])).where(columns.c.operator_id == entry.operator_id)
            for path in table.owner
            if isinstance(path, Address)
        ]
    person = columns_of("person")
    parts.append(sa.select(sa.func.lower(person.c.email)).where(person.c.operator_id == entry.operator_id))
    known = db.session.connection().scalars(sa.union(*parts))
    return [address for address in known if address and journal.mark_of(address) == entry.mark]


health.CHECKS["erasures"] = settled
