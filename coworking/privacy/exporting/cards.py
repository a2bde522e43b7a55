"""The copy in the formats that address books and calendars read: vCard 4.0 (RFC 6350) and iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from coworking.bookings.ics import one_line
from coworking.bookings.models import State
from coworking.core import clock
from coworking.people.models import Person


def contact(person: Person) -> bytes:
    """The person's own card."""
    last = person.name.split()[-1] if len(person.name.split()) > 1 else ""
    first = person.name.removesuffix(last).strip()
    lines = [
        "BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{person.id}", f"FN:{_text(person.name)}", f"N:{_text(last)};{_text(first)};;;",
        f"EMAIL:{_text(person.email)}",
    ]  # fmt: skip
    for name, value in (
        ("TEL", person.phone),
        ("ORG", person.company),
        ("TITLE", person.job_title),
        ("NOTE", person.about),
        ("LANG", person.locale),
        ("TZ", person.zone),
    ):
        if value:
            lines.append(f"{name}:{_text(value)}")
    return _written([*lines, "END:VCARD"])


def event(row: sa.RowMapping, room: str) -> bytes:
    """One booking as an event, to stand in a calendar."""
    said = f"{room}: {row['title']}" if row["title"] else room
    lines = [
        "BEGIN:VEVENT", f"UID:{row['id']}", f"DTSTAMP:{_moment(clock.now())}", f"DTSTART:{_moment(row['starts_at'])}", f"DTEND:{_moment(row['ends_at'])}",
        f"SEQUENCE:{row['sequence']}", f"STATUS:{'CANCELLED' if row['state'] == State.CANCELLED.value else 'CONFIRMED'}",
        f"SUMMARY:{_text(one_line(said))}", f"LOCATION:{_text(one_line(room))}", "END:VEVENT",
    ]  # fmt: skip
    return _written(lines)


def calendar(events: Iterable[bytes]) -> Iterable[bytes]:
    """A whole calendar around the events, piece by piece."""
    yield _written(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Coworking//Your data//EN"])
    yield from events
    yield _written(["END:VCALENDAR"])


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _written(lines: list[str]) -> bytes:
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _text(value: str) -> str:
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in value)
    for sign, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        kept = kept.replace(sign, written)
    return kept


def _folded(line: str) -> Iterable[str]:
    """At most 75 octets a line; what goes on begins with a space."""
    if len(line) <= 75 and line.isascii():
        yield line
        return
    start, size = 0, 0
    for position, sign in enumerate(line):
        octets = len(sign.encode())
        if size + octets > (75 if start == 0 else 74):
            yield (" " if start else "") + line[start:position]
            start, size = position, 0
        size += octets
    yield (" " if start else "") + line[start:]
