"""Fills an empty database with three operators that look lived in at the moment given."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from coworking.bookings.models import Booking, BookingGuest
from coworking.core import clock, tenancy
from coworking.core.db import Base, db
from coworking.core.permissions import Role
from coworking.core.settings import config
from coworking.people.models import Person
from coworking.people.passwords import hash_password
from coworking.privacy.models import LegalIdentity, PageCount
from coworking.privacy.policy.publishing import publish_first

from .accounts import PASSWORD
from .bills import keep_books
from .bookings import fill_calendar, in_order
from .crowd import Crowd
from .data import OPERATORS, read
from .diary import Diary
from .host_plans import publish_plans
from .locations import make_locations
from .operators import make_operator
from .paying import connect
from .people import make_people
from .plans import make_enquiries, make_plans
from .scene import set_scene
from .spaces import make_equipment, make_spaces
from .subscriptions import subscribe_people
from .till import Till
from .visits import make_page_counts
from .world import World, world

BATCH = 2000


def build(now: datetime) -> None:
    """Write the demo as it looks at ``now``, one transaction an operator. The database has to be empty."""
    hashed = hash_password(PASSWORD)
    for slug in OPERATORS:
        _build_operator(world(read(slug), now), hashed)
    publish_plans(config())
    # Without statistics SQLite guesses that an operator has ten bookings, and reads all of them to find one day's.
    db.session.connection().exec_driver_sql("ANALYZE")
    db.session.commit()


def _build_operator(world: World, password_hash: str) -> None:
    operator = make_operator(world)
    db.session.add(operator)
    db.session.flush()
    with tenancy.acting_for(operator.id):
        locations, people = make_locations(world), make_people(world, password_hash)
        equipment = make_equipment(world)
        spaces = make_spaces(world, locations, equipment)
        front_desk, plans = people["front_desk"], make_plans(world)
        db.session.add_all([*locations, *people.values(), *equipment.values(), *spaces, *plans])
        db.session.flush()
        db.session.add_all(make_enquiries(world, front_desk.id))
        db.session.add(LegalIdentity(**world.data["legal"]))
        connect(operator, [people[entry["key"]] for entry in world.data["named"] if entry["role"] == Role.MEMBER.value], config())
        diary = Diary(world, locations, spaces)
        _happen(diary, people)
        insert(Booking, in_order(diary.rows))
        insert(BookingGuest, in_order(diary.guests))
        subscribe_people(world, people, plans, operator.zone)
        keep_books(world, operator, people, diary.rows, Till(config()) if config().stripe_api_base else None)
        insert(PageCount, make_page_counts(world, operator))
        with clock.standing_at(world.now):
            publish_first(operator)
        db.session.commit()


def _happen(diary: Diary, people: Mapping[str, Person]) -> None:
    crowd = Crowd(list(people.values()), diary.world.dice)
    set_scene(diary, crowd, people)
    fill_calendar(diary, crowd, people["front_desk"])


def insert(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows of one table in few statements."""
    for batch in _batches(rows):
        db.session.execute(sa.insert(table), batch)


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield list(rows[start : start + BATCH])
