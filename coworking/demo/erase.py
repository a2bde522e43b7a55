"""Empties a demo's database, so that it can be built again."""

from sqlalchemy import delete

from coworking.billing.models import Unsealing
from coworking.core import tenancy
from coworking.core.db import Base, db


def erase() -> None:
    """Remove every row of every operator, and the jobs that wait. Commits."""
    order = {table: number for number, table in enumerate(Base.metadata.sorted_tables)}
    mappers = sorted(Base.registry.mappers, key=lambda mapper: order[mapper.local_table], reverse=True)  # type: ignore[index]
    with tenancy.across_operators():
        # Issued papers and the ledger let themselves be removed only while this stands open (billing/seals.py).
        db.session.add(Unsealing(reason="the demo is made anew"))
        db.session.flush()
        for mapper in [*(each for each in mappers if each.class_ is not Unsealing), Unsealing.__mapper__]:
            db.session.execute(delete(mapper.class_), execution_options={"synchronize_session": False})
        if db.engine.dialect.name == "postgresql":
            db.session.connection().exec_driver_sql("DELETE FROM procrastinate_events; DELETE FROM procrastinate_jobs")
        db.session.commit()
