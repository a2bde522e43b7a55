"""An account that nobody uses goes after two years: 730 days after the last use, and not on the 729th; three warnings before."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.bookings import booking
from coworking.core import clock
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.people import sessions
from coworking.people.models import Person
from coworking.privacy import inactivity
from coworking.privacy.models import ErasureReceipt, InactivityNotice
from tests.billing.helpers import account as account_of
from tests.billing.helpers import issued
from tests.cast import House
from tests.memberships.helpers import a_plan, on_plan

from . import life, past

DAY = timedelta(days=1)
LAST = date(2026, 11, 30)


def _at(days: int) -> datetime:
    return datetime.combine(LAST, time(12), UTC) + days * DAY


def _night(app: Flask, house: House, days: int) -> None:
    """The nightly look, so many days after the last use."""
    with clock.standing_at(_at(days)):
        inactivity.look()
        db.session.commit()


def _used(house: House, person: Person) -> Person:
    found = db.session.get_one(Person, person.id)
    for each in db.session.scalars(sa.select(Person)):
        each.last_used_on = LAST + 9999 * DAY
    found.last_used_on = LAST
    db.session.commit()
    return found


def _is_there(person: Person) -> bool:
    return db.session.scalar(sa.select(Person.id).where(Person.id == person.id)) is not None


def _told() -> list[int]:
    return sorted(db.session.scalars(sa.select(InactivityNotice.step)), reverse=True)


@pytest.mark.proves("CWL-45")
def test_there_on_day_729_and_gone_on_day_730(app: Flask, inside: House) -> None:
    _used(inside, inside.bob)
    for days in range(665, 730):
        _night(app, inside, days)
    assert _is_there(inside.bob)
    _night(app, inside, 730)
    assert not _is_there(inside.bob)
    assert db.session.scalars(sa.select(ErasureReceipt.why)).all() == ["inactive"]


@pytest.mark.proves("CWL-45")
def test_warned_sixty_thirty_and_seven_days_before_in_the_persons_language(app: Flask, inside: House) -> None:
    person = _used(inside, inside.bob)
    person.locale = "fr"
    told: dict[int, int] = {}
    for days in range(660, 730):
        _night(app, inside, days)
        for step in set(_told()) - set(told):
            told[step] = days
    assert told == {60: 670, 30: 700, 7: 723}
    mails = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == inside.bob.email).order_by(OutboxMail.id)).all()
    assert [mail.locale for mail in mails] == ["fr", "fr", "fr"]


@pytest.mark.proves("CWL-45", "CWL-43")
def test_signing_in_starts_it_anew(app: Flask, inside: House) -> None:
    person = _used(inside, inside.bob)
    for days in (670, 700):
        _night(app, inside, days)
    with clock.standing_at(_at(710)):
        sessions.start(db.session.get_one(Person, person.id), keep=False)
        db.session.commit()
    for days in (723, 730, 710 + 669):
        _night(app, inside, days)
    assert _is_there(inside.bob) and _told() == [60, 30]
    _night(app, inside, 710 + 670)
    assert _told() == [60, 60, 30]


@pytest.mark.proves("CWL-43")
def test_a_booking_and_a_check_in_are_use_and_looking_is_not(app: Flask, inside: House, browse: Any, eight_on_monday: None) -> None:
    person = _used(inside, inside.bob)
    browse(inside, inside.bob)
    person = db.session.get_one(Person, person.id)
    person.last_used_on = LAST - 100 * DAY
    db.session.commit()
    browse(inside, inside.alice).get("/rooms")
    assert db.session.get_one(Person, person.id, populate_existing=True).last_used_on == LAST - 100 * DAY
    made = past.booked(inside, person, LAST, 9, came=False)
    with clock.standing_at(made.starts_at):
        booking.check_in(made)
    assert person.last_used_on == LAST


@pytest.mark.proves("CWL-45")
def test_who_has_a_plan_owes_money_or_works_here_is_not_inactive(app: Flask, inside: House) -> None:
    _used(inside, inside.alice)
    for person in (inside.bob, inside.siri):
        db.session.get_one(Person, person.id).last_used_on = LAST
    on_plan(inside.alice, a_plan())
    issued(account_of(inside.bob))
    db.session.commit()
    for days in (670, 700, 723, 730, 800):
        _night(app, inside, days)
    assert _told() == [] and all(_is_there(person) for person in (inside.alice, inside.bob, inside.siri))


def test_nobody_goes_without_three_warnings_however_long_nobody_looked(app: Flask, inside: House) -> None:
    _used(inside, inside.bob)
    for days in range(900, 959):
        _night(app, inside, days)
        assert _is_there(inside.bob)
    assert _told() == [60, 30, 7]
    _night(app, inside, 960)
    assert not _is_there(inside.bob)


@pytest.mark.proves("CWL-45")
def test_what_a_law_holds_stays(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    person = db.session.get_one(Person, lived.person_id)
    for each in db.session.scalars(sa.select(Person)):
        each.last_used_on = LAST + 9999 * DAY
    person.last_used_on = LAST
    db.session.commit()
    for days in (670, 700, 723, 730):
        _night(app, inside, days)
    places = life.found(lived.traces)
    assert "invoice.buyer" in places and "person.email" not in places


def test_an_account_from_before_days_were_kept_counts_from_its_last_booking(app: Flask, inside: House) -> None:
    person = _used(inside, inside.bob)
    person.last_used_on, person.joined_at = None, _at(-500)
    past.booked(inside, person, LAST)
    with clock.standing_at(_at(600)):
        assert inactivity.last_use(person) == LAST
