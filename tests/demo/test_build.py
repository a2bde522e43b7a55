"""The demo holds what it promises, in every language, and nothing that the house's own rules would refuse."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.bookings.models import Booking, BookingGuest, BookingKind, State
from coworking.bookings.rules import Wish, broken_by
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.files import read as read_file
from coworking.core.permissions import Role
from coworking.core.texts import Texts
from coworking.demo.accounts import ACCOUNTS, PASSWORD, for_operator
from coworking.demo.build import _build_operator
from coworking.demo.data import OPERATORS, read
from coworking.demo.erase import erase
from coworking.demo.world import world
from coworking.enquiries.models import Enquiry
from coworking.memberships.models import Plan, PlanKind, PlanVersion
from coworking.operators import identity
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.people.passwords import verify, weakness
from coworking.spaces.hours import is_holiday, is_open, open_stretches
from coworking.spaces.models import Equipment, Kind, Location, Photo, Resource, ResourceEquipment

from .conftest import NOW


def _count(table: type) -> int:
    return db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _all(table: type) -> list[Any]:
    return list(db.session.scalars(sa.select(table)))


def test_holds_three_operators_with_what_they_promise(demo: SimpleNamespace) -> None:
    assert (_count(Operator), _count(Location), _count(Resource), _count(Person)) == (3, 5, 60, 250)
    assert {kind.value for kind in Kind} == {resource.kind for resource in _all(Resource)}
    assert {operator.slug: operator.locales for operator in _all(Operator)} == {"kvartal": ["nb", "en"], "rotonde": ["fr", "en"], "loom": ["en"]}
    plans = [plan for plan in _all(Plan) if plan.kind == PlanKind.PLAN.value]
    assert all(3 <= count <= 4 for count in Counter(plan.operator_id for plan in plans).values())
    assert {enquiry.operator_id for enquiry in _all(Enquiry)} == {operator.id for operator in _all(Operator)}
    first, last = db.session.execute(sa.select(sa.func.min(Booking.starts_at), sa.func.max(Booking.starts_at))).one()
    assert last - first > timedelta(days=170)
    assert _count(Booking) > 15_000
    assert _count(BookingGuest) > 100


def test_legal_numbers_pass_the_countries_checks(demo: SimpleNamespace) -> None:
    for operator in _all(Operator):
        assert identity.is_organisation_number(operator.org_number, operator.country), operator.org_number
        assert identity.is_vat_number(operator.vat_number, operator.country), operator.vat_number


def test_every_text_is_there_in_every_language_of_its_operator(demo: SimpleNamespace) -> None:
    languages = {operator.id: set(operator.locales) for operator in _all(Operator)}
    languages_of_empty_notes = set()
    for table in (Operator, Location, Resource, Equipment, ResourceEquipment, Photo, PlanVersion):
        columns = [column.key for column in sa.orm.class_mapper(table).column_attrs if isinstance(getattr(_all(table)[0], column.key), Texts)]
        assert columns
        for row in _all(table):
            for column in columns:
                words = getattr(row, column)
                expected = languages[row.id if table is Operator else row.operator_id]
                if table is ResourceEquipment and not words:
                    languages_of_empty_notes.add(row.equipment.key)
                    continue
                assert set(words) == expected, (table, column)
                assert all(text.strip() for text in words.values())
    assert languages_of_empty_notes <= {"wifi", "blackout", "sink"}
    for version in _all(PlanVersion):
        assert all(set(line) == languages[version.operator_id] for line in version.includes)


def test_spaces_have_prices_photos_and_equipment(demo: SimpleNamespace) -> None:
    for resource in _all(Resource):
        assert resource.rates
        assert resource.photos
        assert resource.equipment
        assert all(line["currency"] == resource.rates[0].currency for line in [{"currency": rate.currency} for rate in resource.rates])
    photo = _all(Photo)[0]
    with tenancy.acting_for(photo.operator_id):
        assert read_file(photo.large_file).startswith(b"RIFF")
        assert len(read_file(photo.small_file)) < len(read_file(photo.large_file))


def test_nothing_overlaps(demo: SimpleNamespace) -> None:
    held = defaultdict(list)
    for booking in _all(Booking):
        if booking.state == State.CONFIRMED.value:
            held[booking.resource_id, booking.unit].append((booking.starts_at, booking.held_until))
    for times in held.values():
        times.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(times))


def test_everything_happens_while_the_house_is_open(demo: SimpleNamespace) -> None:
    opens = {}
    for location in _all(Location):
        today = clock.wall_day(NOW, location.zone)
        days = open_stretches(location, today - timedelta(days=100), today + timedelta(days=100))
        opens[location.id] = [stretch for day in days.values() for stretch in day]
    house = {resource.id: resource.location_id for resource in _all(Resource)}
    by_day = {key: {opening.date(): (opening, closing) for opening, closing in stretches} for key, stretches in opens.items()}
    for booking in _all(Booking):
        opening, closing = by_day[house[booking.resource_id]][booking.starts_at.date()]
        assert opening <= booking.starts_at
        assert booking.ends_at <= closing


def test_public_holidays_are_quiet(demo: SimpleNamespace) -> None:
    rotonde = db.session.scalars(sa.select(Location).where(Location.slug == "graslin")).one()
    armistice = NOW.date().replace(day=11)
    assert is_holiday(rotonde, armistice)
    on_it = sa.select(sa.func.count()).select_from(Booking).join(Resource, Booking.resource_id == Resource.id)
    noon = clock.at_wall(armistice, 720, rotonde.zone)
    assert db.session.scalar(on_it.where(Resource.location_id == rotonde.id, Booking.starts_at <= noon, Booking.ends_at > noon)) == 0


def test_the_rules_allowed_every_booking_when_it_was_made(demo: SimpleNamespace) -> None:
    loom = db.session.scalars(sa.select(Operator).where(Operator.slug == "loom")).one()
    wanted = sa.select(Booking).where(Booking.operator_id == loom.id, Booking.kind == BookingKind.BOOKING.value).limit(1500)
    with demo.app.test_request_context():
        for booking in db.session.scalars(wanted):
            assert booking.person is not None
            wish = Wish(booking.resource, booking.starts_at, booking.ends_at, booking.person, booking.attendees)
            assert [broken.message for broken in broken_by(wish, booking.created_at)] == []
            assert booking.created_at <= NOW
            assert booking.amount >= booking.vat_amount


@pytest.mark.parametrize("slug", OPERATORS)
def test_today_looks_lived_in(demo: SimpleNamespace, slug: str) -> None:
    bookings = [booking for booking in _all(Booking) if booking.state == State.CONFIRMED.value and booking.resource.slug]
    operator = db.session.scalars(sa.select(Operator).where(Operator.slug == slug)).one()
    ours = [booking for booking in bookings if booking.operator_id == operator.id]
    now_on = [booking for booking in ours if booking.starts_at <= NOW < booking.ends_at]
    assert len([booking for booking in now_on if booking.checked_in_at]) >= 8
    assert len([booking for booking in now_on if booking.kind == BookingKind.BOOKING.value and not booking.checked_in_at]) == 1
    assert [booking.title for booking in now_on if booking.kind == BookingKind.BLOCK.value]
    later_today = [booking for booking in ours if NOW < booking.starts_at < NOW + timedelta(hours=8)]
    assert len(later_today) >= 8
    member = next(account.email for account in for_operator(operator) if account.role == Role.MEMBER.value)
    assert [booking for booking in later_today if booking.person and booking.person.email == member]
    assert all(booking.checked_in_at is None for booking in later_today)


def test_everybody_named_can_sign_in(demo: SimpleNamespace) -> None:
    people = {(person.operator_id, person.email): person for person in _all(Person)}
    operators = {operator.slug: operator for operator in _all(Operator)}
    for slug, operator in operators.items():
        assert {account.role for account in for_operator(operator)} == {role.value for role in Role if not role.is_support}
        assert len([account for account in for_operator(operator) if account.role == "member"]) == 2, slug
    for account in ACCOUNTS:
        person = people[operators[account.operator].id, account.email]
        assert (person.name, person.role) == (account.name, account.role)
        assert person.email_confirmed_at
        assert weakness(account.password, (person.name, person.email)) is None
    assert verify(people[operators["kvartal"].id, ACCOUNTS[0].email].password_hash, PASSWORD)
    assert len([person for person in people.values() if person.password_hash]) == len(ACCOUNTS)


def _snapshot() -> list[tuple[Any, ...]]:
    with tenancy.across_operators():
        rows = db.session.execute(
            sa.select(Booking.id, Booking.resource_id, Booking.person_id, Booking.starts_at, Booking.ends_at, Booking.amount).order_by(Booking.id)
        ).all()
        people = db.session.execute(sa.select(Person.id, Person.name, Person.email, Person.joined_at).order_by(Person.id)).all()
    return [tuple(row) for row in (*rows, *people)]


def test_the_same_moment_gives_the_same_rows(scratch: Flask) -> None:
    _build_operator(world(read("loom"), NOW), "hash")
    once = _snapshot()
    db.session.expunge_all()
    erase()
    assert _snapshot() == []
    _build_operator(world(read("loom"), NOW), "hash")
    assert _snapshot() == once


@pytest.mark.parametrize(
    "moment",
    ["2026-12-25T11:30:00+00:00", "2027-03-28T00:30:00+00:00", "2026-08-09T21:40:00+00:00"],
    ids=["Christmas", "night of the clocks", "Sunday night"],
)
def test_it_can_be_built_at_any_moment(scratch: Flask, moment: str) -> None:
    now = NOW.fromisoformat(moment)
    _build_operator(world(read("loom"), now), "hash")
    with tenancy.across_operators():
        house = db.session.scalars(sa.select(Location)).one()
        today = clock.wall_day(now, house.zone)
        noon = clock.at_wall(today, 12 * 60, house.zone)
        assert is_open(house, noon, noon + timedelta(hours=1))
        assert (
            db.session.execute(sa.select(sa.func.count()).select_from(Booking).where(Booking.starts_at <= noon, Booking.ends_at > noon)).scalar_one()
            > 5
        )
        future_check_in = sa.select(sa.func.count()).select_from(Booking).where(Booking.checked_in_at > now)
        assert db.session.scalar(future_check_in) == 0
