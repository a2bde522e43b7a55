"""The verbs: book, move, cancel, block, check in. The database decides who was first; these translate its answer."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.jobs import enqueue
from coworking.memberships import ledger
from coworking.people.models import Person
from coworking.spaces.models import Resource

from . import agreeing
from .alternatives import nearest
from .availability import taken
from .cancelling import refund
from .covering import benefits, source
from .guests import Guest, write
from .models import EARLY, Booking, BookingGuest, BookingKind, State
from .pricing import quote
from .refusals import Broken, RuleBroken, SlotTaken
from .rules import Wish, check
from .walls import OVERLAP

TELL = "bookings.tell"


def book(  # noqa: PLR0913 - one verb, each a fact of the booking
    resource: Resource,
    person: Person,
    start: datetime,
    end: datetime,
    *,
    by: Person,
    title: str = "",
    attendees: int = 1,
    guests: Sequence[Guest] = (),
    idempotency_key: str | None = None,
    by_staff: bool = False,
    seen: int | None = None,
) -> Booking:
    """Book ``[start, end)`` for ``person``. The same key with the same wish gives the first booking again.

    Raises RuleBroken, also when it costs more than the ``seen`` minor units that the page said, or SlotTaken with
    alternatives when somebody else was faster.
    """
    key = _key(idempotency_key, by, resource, start, end)
    _one_at_a_time(resource)
    if key is not None and (before := db.session.scalar(sa.select(Booking).where(Booking.idempotency_key == key))) is not None:
        return before
    check(Wish(resource, start, end, person, attendees, by_staff), clock.now())
    agreeing.refuse_on_hold(person, by_staff)
    agreed = quote(resource, start, end, person, benefits(person))
    agreeing.refuse_a_surprise(agreed, seen)
    booking = Booking(
        id=new_id(), resource_id=resource.id, person_id=person.id, booked_by_id=by.id, starts_at=start, ends_at=end, held_until=_held(resource, end),
        title=title, attendees=attendees, idempotency_key=key, created_at=clock.now(),
    )  # fmt: skip
    booking.resource, booking.person = resource, person
    agreeing.note(booking, agreed)
    _place(booking, resource, start, end)
    agreeing.settle(booking, agreed, by=by)
    person.note_use()
    if guests:
        invite(booking, guests)
    enqueue(TELL, booking_id=str(booking.id), what="booked")
    return booking


def invite(booking: Booking, guests: Sequence[Guest]) -> list[BookingGuest]:
    """Add guests and mail them the invitation; those on the list already are left alone. Raises RuleBroken over the limit."""
    new = write(booking, guests)
    for guest in new:
        enqueue(TELL, booking_id=str(booking.id), what="invited", guest_id=str(guest.id))
    return new


def uninvite(booking: Booking, guest: BookingGuest) -> None:
    """Take a guest off the list."""
    booking.guests.remove(guest)
    db.session.flush()


def move(
    booking: Booking, resource: Resource, start: datetime, end: datetime, *, by: Person, by_staff: bool = False, seen: int | None = None
) -> Booking:
    """Move a booking to another time or space, at the price of that one.

    After the free time to cancel it never gets cheaper, or moving would be a way around it. Raises as ``book`` does.
    """
    _one_at_a_time(resource, booking.resource)
    _still_ahead(booking, by_staff)
    person = db.session.get_one(Person, booking.person_id)
    if (resource.id, start, end) == (booking.resource_id, booking.starts_at, booking.ends_at):
        return booking
    check(Wish(resource, start, end, person, booking.attendees, by_staff), clock.now())
    before = [booking.starts_at.isoformat(), booking.ends_at.isoformat(), booking.resource.name]
    agreed = quote(resource, start, end, person, benefits(person).with_back(ledger.spent(source(booking))))
    keeps = refund(booking, clock.now(), by_staff=by_staff).kept.minor > agreed.total.minor
    if not keeps:
        agreeing.refuse_a_surprise(agreed, seen)
    _place(booking, resource, start, end)
    booking.resource = resource
    if not keeps:
        agreeing.undo(booking, by=by, reason="moved")
        booking.agreement += 1
        agreeing.note(booking, agreed)
        agreeing.settle(booking, agreed, by=by)
    booking.sequence += 1
    db.session.flush()
    enqueue(TELL, booking_id=str(booking.id), what="moved", before=before)
    return booking


def cancel(booking: Booking, *, by: Person, by_staff: bool = False) -> Booking:
    """Give the time back. Free until the resource's limit, or whenever staff does it; later the price stays.

    Doing it twice is doing it once. Raises RuleBroken when it has begun.
    """
    if not booking.is_confirmed:
        return booking
    _still_ahead(booking, by_staff)
    agreed = refund(booking, clock.now(), by_staff=by_staff)
    kept = agreed.kept
    if agreed.is_free:
        agreeing.undo(booking, by=by, reason="cancelled")
    booking.state = State.CANCELLED.value
    booking.cancelled_at, booking.cancelled_by_id = clock.now(), by.id
    booking.amount, booking.vat_amount = kept.minor, kept.vat_within(booking.vat_rate).minor
    booking.sequence += 1
    db.session.flush()
    enqueue(TELL, booking_id=str(booking.id), what="cancelled")
    return booking


def block(resource: Resource, start: datetime, end: datetime, reason: str, by: Person) -> list[Booking]:
    """Take a space, with all of its units, out of use. Raises RuleBroken, or SlotTaken when a booking is in the way."""
    if start >= end:
        raise RuleBroken(Broken("to", _("Choose an end that is later than the start")))
    _one_at_a_time(resource)
    rows = [
        Booking(
            resource_id=resource.id, unit=unit, booked_by_id=by.id, kind=BookingKind.BLOCK.value, title=reason,
            starts_at=start, ends_at=end, held_until=end, created_at=clock.now(),
        )
        for unit in range(resource.units)
    ]  # fmt: skip
    with _walls(resource, start, end):
        db.session.add_all(rows)
    return rows


def unblock(booking: Booking, *, by: Person) -> None:
    """Open what was blocked again, in all units that were blocked together."""
    together = sa.select(Booking).where(
        Booking.resource_id == booking.resource_id,
        Booking.kind == BookingKind.BLOCK.value,
        Booking.state == State.CONFIRMED.value,
        Booking.starts_at == booking.starts_at,
        Booking.ends_at == booking.ends_at,
    )
    for row in db.session.scalars(together):
        row.state, row.cancelled_at, row.cancelled_by_id = State.CANCELLED.value, clock.now(), by.id
    db.session.flush()


def check_in(booking: Booking, *, by_staff: bool = False) -> None:
    """Note that they came. The first time counts. Staff sees who comes; others do it from shortly before the start until the end.

    Raises RuleBroken when the booking is cancelled, or it is not yet, or no longer, the time.
    """
    if not booking.is_confirmed or booking.kind == BookingKind.BLOCK.value:
        raise RuleBroken(Broken("", _("This booking was cancelled")))
    if booking.checked_in_at is not None:
        return
    now = clock.now()
    if not by_staff and now >= booking.ends_at:
        raise RuleBroken(Broken("", _("This booking is over")))
    if not by_staff and now < booking.starts_at - EARLY:
        raise RuleBroken(Broken("", _("Check in from %(minutes)d minutes before the start", minutes=EARLY // timedelta(minutes=1))))
    booking.checked_in_at = now
    if booking.person is not None:
        booking.person.note_use()
    db.session.flush()


def _place(booking: Booking, resource: Resource, start: datetime, end: datetime) -> None:
    """Write the booking into the first unit that the database gives it."""
    tried: set[int] = set()
    while (unit := _next_unit(resource, start, end, tried, booking.id)) is not None:
        tried.add(unit)
        try:
            with _walls(resource, start, end):
                booking.resource_id, booking.unit = resource.id, unit
                booking.starts_at, booking.ends_at, booking.held_until = start, end, _held(resource, end)
                db.session.add(booking)
        except SlotTaken:
            continue
        return
    raise SlotTaken(resource, start, end, nearest(resource, start, end, booking.attendees or 1, clock.now()))


def _next_unit(resource: Resource, start: datetime, end: datetime, tried: set[int], moving: UUID | None) -> int | None:
    if resource.units == 1:
        # Nothing to choose, so nothing to read first: the database says whether it is free.
        return None if tried else 0
    until = _held(resource, end)
    held = taken([resource], start, until, except_for=moving)[resource.id]
    busy = {interval.unit for interval in held if interval.start < until and start < interval.end}
    return next((unit for unit in range(resource.units) if unit not in busy | tried), None)


@contextmanager
def _walls(resource: Resource, start: datetime, end: datetime) -> Iterator[None]:
    """Write inside a savepoint; the wall's refusal becomes SlotTaken and leaves the rest of the request's work standing."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        if OVERLAP not in str(error.orig):
            raise
        raise SlotTaken(resource, start, end, []) from error


def _one_at_a_time(*resources: Resource) -> None:
    """Queue up on PostgreSQL with whoever books the same space now: two exclusion checks at once can deadlock.

    SQLite has one writer anyway. This is manners; the wall decides.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        wanted = {resource.id for resource in resources}
        db.session.execute(sa.select(Resource.id).where(Resource.id.in_(wanted)).order_by(Resource.id).with_for_update(key_share=True))


def _still_ahead(booking: Booking, by_staff: bool) -> None:
    if not booking.is_confirmed or booking.kind == BookingKind.BLOCK.value:
        raise RuleBroken(Broken("", _("This booking was cancelled")))
    if booking.starts_at <= clock.now() and not by_staff:
        raise RuleBroken(Broken("", _("This booking has begun. The front desk can still change it")))


def _held(resource: Resource, end: datetime) -> datetime:
    return end + timedelta(minutes=resource.buffer)


def _key(form_key: str | None, by: Person, resource: Resource, start: datetime, end: datetime) -> str | None:
    """One form sent twice has one key; another person's, or the same form with another wish, has another."""
    if not form_key:
        return None
    return hashlib.sha256("|".join((form_key, str(by.id), str(resource.id), start.isoformat(), end.isoformat())).encode()).hexdigest()
