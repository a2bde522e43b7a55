"""What the demo's members owe for their bookings: the charges that the booking verb would have written, in few statements."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.billing.accounts import payer_for
from coworking.billing.models import Account, Charge
from coworking.bookings.agreeing import RULE
from coworking.bookings.models import State
from coworking.core import clock
from coworking.core.db import db
from coworking.people.company import Seat
from coworking.people.models import Person
from coworking.spaces.models import Audience, Resource

from .diary import Row
from .world import World

SINCE = timedelta(days=40)
"""What is older was paid and forgotten before this story begins."""


def charge_bookings(world: World, bookings: Sequence[Row]) -> None:
    """Charges of the bookings of everybody who has an account, or a company that pays, from lately on into the future."""
    payers = {person.id: payer_for(person) for person in _with_accounts()}
    spaces = {space.id: space for space in db.session.scalars(sa.select(Resource))}
    rows = [
        _charge(world, row, payers[row["person_id"]], spaces[row["resource_id"]])
        for row in bookings
        if row["person_id"] in payers and row["amount"] and row["state"] == State.CONFIRMED.value and row["starts_at"] > world.now - SINCE
    ]
    if rows:
        db.session.execute(sa.insert(Charge), rows)


def _with_accounts() -> list[Person]:
    seated = sa.select(Seat.person_id).where(Seat.left_at.is_(None))
    own = sa.select(Account.person_id).where(Account.person_id.is_not(None))
    return list(db.session.scalars(sa.select(Person).where(sa.or_(Person.id.in_(own), Person.id.in_(seated)))))


def _charge(world: World, row: Row, payer: Account, space: Resource) -> dict[str, Any]:
    identity: UUID = row["id"]
    day = clock.wall_day(row["starts_at"], space.zone)
    facts = {
        "space": space.name, "house": space.location.name, "starts_at": row["starts_at"].isoformat(), "ends_at": row["ends_at"].isoformat(),
        "zone": space.zone, "lines": row["price_lines"], "audience": Audience.MEMBER.value, "discount": 0, "entries": [],
    }  # fmt: skip
    return {
        "id": world.new_id(row["created_at"]), "account_id": payer.id, "person_id": row["person_id"], "location_id": space.location_id,
        "source_kind": "booking", "source_id": identity, "source_key": f"booking:{identity}:0", "rule": RULE, "facts": facts, "amount": row["amount"],
        "currency": row["currency"], "vat_class": space.vat_class, "vat_country": space.location.country, "period_start": day, "period_end": day,
        "due_from": day, "created_at": row["created_at"],
    }  # fmt: skip
