"""The copy in the formats that address books and calendars read: vCard 4.0 (RFC 6350) and iCalendar (RFC 5545)."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from icalendar import Calendar, Event

from coworking.bookings.ics import one_line
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
    for name, value in (("TEL", person.phone), ("ORG", person.company), ("TITLE", person.job_title), ("NOTE", person.about), ("LANG", person.locale), ("TZ", person.zone)):
        if value:
            lines.append(f"{name}:{_text(value)}")
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCARD"] for folded in _folded(line)).encode()


def event(row: Mapping[str, Any], room: str) -> bytes:
    """One booking as an event, to stand in a calendar."""
    made = Event()
    made.add("uid", str(row["id"]))
    made.add("dtstamp", clock.now().astimezone(UTC))
    made.add("dtstart", row["starts_at"])
    made.add("dtend", row["ends_at"])
    made.add("sequence", row["sequence"])
    made.add("status", "CANCELLED" if row["state"] == "cancelled" else "CONFIRMED")
    made.add("summary", one_line(f"{room}: {row['title']}" if row["title"] else room))
    made.add("location", one_line(room))
    return bytes(made.to_ical())


def calendar(events: Iterable[bytes]) -> Iterable[bytes]:
    """A whole calendar around the events, piece by piece."""
    frame = Calendar()
    frame.add("prodid", "-//Coworking//Your data//EN")
    frame.add("version", "2.0")
    whole = frame.to_ical()
    yield whole.removesuffix(b"END:VCALENDAR\r\n")
    yield from events
    yield b"END:VCALENDAR\r\n"


def _text(value: str) -> str:
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in value)
    for sign, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        kept = kept.replace(sign, written)
    return kept


def _folded(line: str) -> Iterable[str]:
    """At most 75 octets a line; what goes on begins with a space."""
    start, size = 0, 0
    for position, sign in enumerate(line):
        octets = len(sign.encode())
        if size + octets > (75 if start == 0 else 74):
            yield (" " if start else "") + line[start:position]
            start, size = position, 0
        size += octets
    yield (" " if start else "") + line[start:]
