"""The standing people and places of every test: one house in Bergen, and an outsider in Nantes."""

from dataclasses import dataclass
from datetime import datetime

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.core.texts import Texts
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.spaces.models import Audience, Kind, Location, OpeningHours, Rate, RateUnit, Resource

PASSWORD = "harbour-lamp-42"
# argon2id of PASSWORD with low cost, so that tests don't spend their time hashing; made once per run.
_hashes: dict[str, str] = {}


@dataclass(slots=True)
class House:
    """One operator with its people and spaces."""

    operator: Operator
    location: Location
    fjord: Resource
    vidde: Resource
    desks: Resource
    olga: Person
    """Owner."""
    mats: Person
    """Manager."""
    siri: Person
    """Front desk."""
    arne: Person
    """Accountant."""
    alice: Person
    """Member."""
    bob: Person
    """Another member."""

    @property
    def host(self) -> str:
        """Host name that it answers on."""
        return f"{self.operator.slug}.localhost"


@dataclass(slots=True)
class Cast:
    """Everybody."""

    bergen: House
    nantes: House


def password_hash() -> str:
    """A hash of PASSWORD."""
    if "one" not in _hashes:
        from argon2 import PasswordHasher

        _hashes["one"] = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    return _hashes["one"]


def gather() -> Cast:
    """Write both houses into the database and commit."""
    with tenancy.across_operators():
        cast = Cast(
            bergen=_house("kvartal", "Kvartal", "Bergen", "NO", "nb", ["nb", "en", "fr"], "Europe/Oslo", "NOK"),
            nantes=_house("rotonde", "La Rotonde", "Nantes", "FR", "fr", ["fr", "en"], "Europe/Paris", "EUR"),
        )
        db.session.commit()
    return cast


def _house(slug: str, name: str, city: str, country: str, locale: str, locales: list[str], zone: str, currency: str) -> House:
    operator = Operator(
        slug=slug, name=name, legal_name=f"{name} Drift", street="Nordnesgaten 12", postcode="5005", city=city, country=country,
        email=f"hello@{slug}.example", default_locale=locale, locales=locales, zone=zone, currency=currency, tagline=Texts(en="Light and quiet"),
    )  # fmt: skip
    db.session.add(operator)
    db.session.flush()
    location = Location(
        operator_id=operator.id, slug="house", name=f"{name} house", street="Nordnesgaten 12", postcode="5005", city=city, country=country, zone=zone
    )
    location.opening_hours = [OpeningHours(operator_id=operator.id, weekday=day, opens=480, closes=1200) for day in range(5)]
    db.session.add(location)
    db.session.flush()

    def space(slug: str, name: str, kind: Kind, capacity: int, units: int, hour: int) -> Resource:
        rates = [
            Rate(operator_id=operator.id, audience=audience.value, unit=unit.value, amount=amount, currency=currency)
            for audience, unit, amount in (
                (Audience.PUBLIC, RateUnit.HOUR, hour),
                (Audience.PUBLIC, RateUnit.DAY, hour * 5),
                (Audience.MEMBER, RateUnit.HOUR, hour * 8 // 10),
            )
        ]
        resource = Resource(
            operator_id=operator.id, location_id=location.id, kind=kind.value, slug=slug, name=name, capacity=capacity, units=units, rates=rates,
            description=Texts(en=f"{name}, a quiet place"),
        )  # fmt: skip
        db.session.add(resource)
        return resource

    def person(first: str, role: Role) -> Person:
        somebody = Person(
            operator_id=operator.id,
            email=f"{first.lower()}@{slug}.example",
            email_confirmed_at=clock.now(),
            name=f"{first} {name}",
            role=role.value,
            password_hash=password_hash(),
        )
        db.session.add(somebody)
        return somebody

    house = House(
        operator, location,
        space("fjord", "Fjord", Kind.MEETING_ROOM, 8, 1, 35000), space("vidde", "Vidde", Kind.MEETING_ROOM, 6, 1, 30000), space("desks", "Open desks", Kind.HOT_DESKS, 3, 3, 5000),
        person("Olga", Role.OWNER), person("Mats", Role.MANAGER), person("Siri", Role.FRONT_DESK), person("Arne", Role.ACCOUNTANT), person("Alice", Role.MEMBER), person("Bob", Role.MEMBER),
    )  # fmt: skip
    db.session.flush()
    return house


MONDAY = datetime.fromisoformat("2026-11-30T07:00:00+00:00")
"""Eight o'clock on a Monday in Bergen, when tests usually take place."""
