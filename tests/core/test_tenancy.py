"""No operator sees another: the first two walls, on both databases, and the third on PostgreSQL."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coworking.core import tenancy
from coworking.core.db import Base, db
from coworking.people.models import Person
from coworking.spaces.models import Location, Rate, Resource
from tests.cast import Cast, House

WITHOUT_TENANT = {
    "host_policy_version",
    "operator",
    "operator_host",
    "alembic_version",
    "job",
    "job_done",
    "outbox_mail",
    "job_clock",
    "outbox_attachment",
    "host_plan",
    "unsealing",
}


def test_a_select_sees_only_the_operator_in_force(app: Flask, cast: Cast) -> None:
    with app.app_context(), tenancy.acting_for(cast.nantes.operator.id):
        assert {person.operator_id for person in db.session.scalars(select(Person))} == {cast.nantes.operator.id}


def test_get_by_a_foreign_id_finds_nothing(app: Flask, cast: Cast) -> None:
    with app.app_context(), tenancy.acting_for(cast.nantes.operator.id):
        assert db.session.get(Person, cast.bergen.alice.id) is None


def test_relationship_loads_are_narrowed_too(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with tenancy.acting_for(cast.bergen.operator.id):
            fjord = db.session.get_one(Resource, cast.bergen.fjord.id)
        with tenancy.acting_for(cast.nantes.operator.id):
            assert fjord.rates == []


def test_a_statement_without_an_operator_is_refused(app: Flask, cast: Cast) -> None:
    with app.app_context(), pytest.raises(tenancy.NoOperator):
        tenancy.enter(None)
        db.session.scalars(select(Person)).all()


FOREIGN_HOUSE = select(Location.name).where(Location.country == "NO")
ASKED_SIDEWAYS: dict[str, Any] = {
    "counted": select(sa.func.count()).select_from(Location).where(Location.country == "NO"),
    "counted by its condition alone": select(sa.func.count()).where(Location.country == "NO"),
    "whether it exists": select(sa.literal(1)).where(FOREIGN_HOUSE.exists()),
    "a subquery": select(FOREIGN_HOUSE.scalar_subquery()),
    "a common table expression": select(FOREIGN_HOUSE.cte().c.name),
    "a union": sa.union_all(FOREIGN_HOUSE, FOREIGN_HOUSE),
    "one of several": select(Person.name).where(Person.name.in_(FOREIGN_HOUSE)),
}


@pytest.mark.parametrize("how", ASKED_SIDEWAYS)
def test_what_is_asked_sideways_is_narrowed_too(app: Flask, cast: Cast, how: str) -> None:
    with app.app_context():
        with tenancy.acting_for(cast.nantes.operator.id):
            assert not db.session.scalar(ASKED_SIDEWAYS[how])
        tenancy.enter(None)
        with pytest.raises(tenancy.NoOperator):
            db.session.scalar(ASKED_SIDEWAYS[how])


def test_update_and_delete_reach_no_foreign_row(app: Flask, cast: Cast) -> None:
    with app.app_context(), tenancy.acting_for(cast.nantes.operator.id):
        db.session.execute(sa.update(Location).values(name="taken over").execution_options(synchronize_session=False))
        db.session.commit()
    with app.app_context(), tenancy.acting_for(cast.bergen.operator.id):
        assert db.session.get_one(Location, cast.bergen.location.id).name == "Kvartal house"


def test_a_row_for_another_operator_is_refused(app: Flask, cast: Cast) -> None:
    with app.app_context(), tenancy.acting_for(cast.nantes.operator.id), pytest.raises(tenancy.ForeignOperator):
        db.session.add(Person(operator_id=cast.bergen.operator.id, email="eve@example.org", name="Eve"))
        db.session.flush()


def test_a_row_that_points_across_operators_is_refused_by_the_database(app: Flask, cast: Cast) -> None:
    with app.app_context(), tenancy.acting_for(cast.nantes.operator.id), pytest.raises(IntegrityError):
        db.session.add(Rate(resource_id=cast.bergen.fjord.id, audience="staff", unit="hour", amount=1, currency="EUR"))
        db.session.flush()


def test_every_table_carries_its_tenant_or_is_on_the_short_list() -> None:
    owned = {table.name for table in tenancy.tenant_tables(Base.metadata)}
    assert {table.name for table in Base.metadata.sorted_tables} - owned <= WITHOUT_TENANT


def test_every_foreign_key_between_tenants_tables_carries_the_operator() -> None:
    owned = {table.name for table in tenancy.tenant_tables(Base.metadata)}
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if table.name in owned and constraint.referred_table.name in owned:
                assert "operator_id" in constraint.column_keys, f"{table.name} -> {constraint.referred_table.name}"


@pytest.mark.proves("W2G-36")
def test_row_level_security_hides_rows_even_from_plain_sql(app: Flask, bergen: House, nantes: House) -> None:
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no row-level security; the first two walls stand there")
        with tenancy.acting_for(nantes.operator.id):
            seen = db.session.connection().exec_driver_sql("SELECT DISTINCT operator_id FROM person").scalars().all()
    assert seen == [nantes.operator.id]


def test_every_column_says_whether_it_is_personal() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            label = column.info.get("personal") or column.info.get("not_personal")
            assert isinstance(label, str) and label, f"{table.name}.{column.name} has no label"
