"""The people: staff, two members that anybody may sign in as, and everybody else."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from coworking.core.permissions import Role
from coworking.people.models import Person

from .data import read
from .world import World

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ð": "d", "þ": "th", "ł": "l", "œ": "oe", "ı": "i", "đ": "d", "’": "", "'": "", " ": ""})


def make_people(world: World, password_hash: str) -> dict[str, Person]:
    """Everybody, not yet in the database: the named ones by their key, the rest by their address.

    Only the named ones have a password; the others would sign in by a mailed link.
    """
    people = {entry["key"]: _named(world, entry, password_hash) for entry in world.data["named"]}
    for name, local_part in _names(world, world.data["people"] - len(people)):
        somebody = _member(world, name, local_part)
        people[somebody.email] = somebody
    return people


def _named(world: World, entry: Mapping[str, Any], password_hash: str) -> Person:
    joined = world.ago(days=420 if entry["role"] == Role.MEMBER.value else 700)
    company = entry.get("company", "")
    return Person(
        id=world.new_id(joined),
        email=entry["email"],
        email_confirmed_at=joined + timedelta(minutes=4),
        name=entry["name"],
        role=entry["role"],
        password_hash=password_hash,
        locale=entry.get("locale", world.locales[0]),
        job_title=entry["title"],
        company=company,
        buys_as_company=bool(company),
        about=entry.get("about", ""),
        joined_at=joined,
        checked_on=max(joined, world.ago(days=100)).date(),
    )


def _names(world: World, count: int) -> Iterator[tuple[str, str]]:
    names = read("people")[world.slug]
    pairs = [(first, last) for first in names["first"] for last in names["last"]]
    taken = {entry["name"] for entry in world.data["named"]}
    for entry in names["more"]:
        name, _, local_part = entry.partition("|")
        yield name, local_part
    seen: set[str] = set()
    wanted = count - len(names["more"])
    for first, last in world.dice.sample(pairs, len(pairs)):
        local_part = f"{_ascii(first)}.{_ascii(last)}"
        if len(seen) < wanted and local_part not in seen and f"{first} {last}" not in taken:
            seen.add(local_part)
            yield f"{first} {last}", local_part


def _member(world: World, name: str, local_part: str) -> Person:
    words, dice = read("people")[world.slug], world.dice
    joined = world.ago(days=dice.triangular(1, 800, 150), minutes=dice.randrange(1440))
    company = dice.choice(words["companies"]) if dice.random() < 0.45 else ""
    phone = words["phone"].format(dice.randrange(10), dice.randrange(100)) if dice.random() < 0.5 else ""
    return Person(
        id=world.new_id(joined),
        email=f"{local_part}@{words['domain']}",
        email_confirmed_at=joined + timedelta(minutes=dice.randrange(1, 90)) if dice.random() < 0.98 else None,
        name=name,
        role=Role.MEMBER.value,
        locale=dice.choices([*world.locales, None], [5, *([2] * (len(world.locales) - 1)), 3])[0],
        phone=phone,
        company=company,
        buys_as_company=bool(company) and dice.random() < 0.7,
        job_title=dice.choice(words["titles"]) if dice.random() < 0.7 else "",
        about=dice.choice(words["abouts"]) if dice.random() < 0.3 else "",
        joined_at=joined,
        checked_on=max(joined, world.ago(days=100)).date(),
        closed_at=joined + (world.now - joined) * 0.9 if dice.random() < 0.02 else None,
    )


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return re.sub(r"[^a-z-]", "", plain)
