"""Three houses with three currencies, their price lists, and the people who come."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from coworking.billing.accounts import account_of, account_of_company
from coworking.billing.models import Account, BillingSettings
from coworking.billing.settings import kept_settings
from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.core.texts import Texts
from coworking.memberships.models import Allowance, Plan, PlanVersion, Promotion, Subscription
from coworking.operators.models import Operator
from coworking.people.companies import found, seat
from coworking.people.company import Company
from coworking.people.models import Person
from coworking.spaces.models import Audience, Kind, Location, OpeningHours, Rate, RateUnit, Resource

from .notebook import Offer, Payer

HOURS = "minutes:meeting_room"


@dataclass(frozen=True)
class Country:
    """What differs from house to house."""

    slug: str
    country: str
    zone: str
    currency: str
    unit: int
    """Minor units that stand for one on the price list: prices have odd ends on purpose."""
    org_number: str
    vat_number: str
    rates: tuple[tuple[date, int], ...]
    """VAT from days on, in basis points: the law, and a change that this story invents."""


SUMMER = date(2028, 7, 1)
COUNTRIES = (
    Country("kvartal", "NO", "Europe/Oslo", "NOK", 997, "312 846 500", "NO 312 846 500 MVA", ((date.min, 2500), (SUMMER, 2350))),
    Country("rotonde", "FR", "Europe/Paris", "EUR", 101, "041 827 361", "FR 82 041827361", ((date.min, 2000),)),
    Country("loom", "GB", "Europe/London", "GBP", 83, "98765432", "GB 999 4062 05", ((date.min, 2000),)),
)


def price_list(unit: int) -> dict[str, Offer]:
    """What a house sells. Half of it is priced without VAT."""
    offers = (
        Offer("flex", 199 * unit, minutes=600),
        Offer("desk", 333 * unit + 1, minutes=1500, with_vat=False),
        Offer("fixed", 451 * unit, minutes=1200, deposit=500 * unit, fee=49 * unit),
        Offer("trial", 149 * unit, minutes=450, trial_days=10),
        Offer("quarter", 577 * unit, minutes=1800, months=3),
        Offer("team", 1003 * unit, minutes=3000, seats=3, seat_price=287 * unit + 3),
        Offer("mail", 25 * unit + 7, kind="add_on", vat_class="service", with_vat=False, notice_days=0),
        Offer("days", 180 * unit, kind="pass", days=10, months=0),
    )
    return {offer.slug: offer for offer in offers}


@dataclass
class House:
    """One house: what is in its database, and the notebook beside it."""

    where: Country
    operator_id: UUID
    room_id: UUID
    desks_id: UUID
    hour: int
    """What members pay for an hour in the room, VAT included."""
    staff_id: UUID
    offers: dict[str, Offer]
    payers: dict[UUID, Payer] = field(default_factory=dict)
    """By account."""
    plan: dict[date, list[Callable[[], object]]] = field(default_factory=dict)
    """What will happen on which day."""
    transfers: list[UUID] = field(default_factory=list)
    """Accounts that pay by transfer on the tenth."""
    sent: int = 0

    def on(self, day: date, what: Callable[[], object]) -> None:
        """Let something happen on a day."""
        self.plan.setdefault(day, []).append(what)

    def version(self, slug: str) -> PlanVersion:
        """The plan as the app sells it."""
        return db.session.get_one(Plan, self._plan_ids[slug]).current

    def rate(self, day: date) -> int:
        """VAT of a day, in basis points."""
        return [rate for since, rate in self.where.rates if since <= day][-1]

    @property
    def staff(self) -> Person:
        """Whoever does the house's work."""
        return db.session.get_one(Person, self.staff_id)

    _plan_ids: dict[str, UUID] = field(default_factory=dict)


def open_house(where: Country) -> House:
    """Write a house. Its operator is in force afterwards."""
    operator = Operator(
        slug=where.slug, name=where.slug.title(), legal_name=f"{where.slug.title()} Ltd", org_number=where.org_number, vat_number=where.vat_number,
        street="1 Quay", postcode="5005" if where.country == "NO" else "44200" if where.country == "FR" else "M4 6AN", city="Town",
        country=where.country, email=f"hello@{where.slug}.example", default_locale="en", locales=["en"], zone=where.zone, currency=where.currency,
    )  # fmt: skip
    db.session.add(operator)
    db.session.flush()
    return furnished(operator, where)


def furnished(operator: Operator, where: Country) -> House:
    """The inside of a house: places, price list, staff and billing details."""
    with tenancy.acting_for(operator.id):
        location = Location(
            slug="quay", name="Quay", street="1 Quay", postcode=operator.postcode, city="Town", country=where.country, zone=where.zone
        )
        location.opening_hours = [OpeningHours(weekday=day, opens=0, closes=1440) for day in range(7)]
        location.closed_on_holidays = False
        db.session.add(location)
        hour = 61 * where.unit
        room, desks = (
            _space(location, "room", Kind.MEETING_ROOM, 30, hour, where),
            _space(location, "desks", Kind.HOT_DESKS, 20, 9 * where.unit, where),
        )
        staff = person(where, "Mats", Role.MANAGER)
        db.session.add_all([location, room, desks, staff, promotion("HALF", 50, 3), promotion("THIRD", 33, 2)])
        settings: BillingSettings = kept_settings(operator)
        settings.bank_account, settings.iban = ("1503 24 59126", "") if where.country == "NO" else ("", "FR7630006000011234567890189")
        settings.payment_days = 14
        db.session.flush()
        house = House(where, operator.id, room.id, desks.id, hour, staff.id, price_list(where.unit))
        house._plan_ids.update({slug: _plan(offer, where).id for slug, offer in house.offers.items()})
        db.session.commit()
    return house


def _space(location: Location, slug: str, kind: Kind, units: int, hour: int, where: Country) -> Resource:
    rate = Rate(audience=Audience.PUBLIC.value, unit=RateUnit.HOUR.value, amount=hour, currency=where.currency)
    return Resource(
        location=location, location_id=location.id, kind=kind.value, slug=slug, name=slug.title(), capacity=20, units=units, rates=[rate], horizon=90,
        longest=1440, free_cancellation=1440,
    )  # fmt: skip


def _plan(offer: Offer, where: Country) -> Plan:
    granted = [(HOURS, offer.minutes), ("day", offer.days)]
    version = PlanVersion(
        number=1, name=Texts(en=offer.slug.title()), amount=offer.price, currency=where.currency, months=offer.months, notice_days=offer.notice_days,
        trial_days=offer.trial_days, deposit=offer.deposit, sign_up_fee=offer.fee, seats=offer.seats, seat_amount=offer.seat_price,
        tax_included=offer.with_vat, vat_class=offer.vat_class, allowances=[Allowance(unit=unit, quantity=much) for unit, much in granted if much],
    )  # fmt: skip
    plan = Plan(slug=offer.slug, kind=offer.kind, versions=[version])
    db.session.add(plan)
    db.session.flush()
    return plan


def promotion(code: str, percent: int, periods: int) -> Promotion:
    """A code for so many periods."""
    return Promotion(code=code, percent=percent, amount=0, currency="", periods=periods)


def person(where: Country, name: str, role: Role = Role.MEMBER) -> Person:
    """Somebody, not yet in the database."""
    return Person(
        email=f"{name.lower()}@{where.slug}.example", email_confirmed_at=datetime(2027, 11, 1, tzinfo=UTC), name=name, role=role.value, locale="en"
    )


@dataclass
class Somebody:
    """A person of the story with their account and page in the notebook."""

    house: House
    name: str
    person_id: UUID
    account_id: UUID
    subscriptions: dict[str, UUID] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        """The row."""
        return db.session.get_one(Person, self.person_id)

    @property
    def account(self) -> Account:
        """The payer's row."""
        return db.session.get_one(Account, self.account_id)

    @property
    def page(self) -> Payer:
        """What the notebook says of whoever pays for them."""
        return self.house.payers[self.account_id]

    def subscription(self, slug: str) -> Subscription:
        """What they are subscribed to."""
        return db.session.get_one(Subscription, self.subscriptions[slug])


def comes(house: House, name: str, **billed: Any) -> Somebody:
    """A new member with an account of their own; ``billed`` are facts of the account."""
    row = person(house.where, name)
    db.session.add(row)
    db.session.flush()
    account = account_of(row)
    addressed(account, house.where)
    for key, value in billed.items():
        setattr(account, key, value)
    house.payers[account.id] = Payer(name)
    return Somebody(house, name, row.id, account.id)


def addressed(account: Account, where: Country) -> None:
    """Give a payer an address, as electronic invoices want one."""
    account.street, account.postcode, account.city = (
        "2 Lane",
        "5003" if where.country == "NO" else "44000" if where.country == "FR" else "M1 1AA",
        "Town",
    )


def company(house: House, name: str, people: list[str]) -> tuple[Company, list[Somebody]]:
    """A company whose people share one account."""
    rows = [person(house.where, each) for each in people]
    db.session.add_all(rows)
    db.session.flush()
    made = found(name, rows[0])
    for row in rows[1:]:
        seat(made, row)
    db.session.refresh(made)
    account = account_of_company(made)
    addressed(account, house.where)
    house.payers[account.id] = Payer(name)
    return made, [Somebody(house, row.name, row.id, account.id) for row in rows]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


__all__ = ["COUNTRIES", "HOURS", "SUMMER", "Country", "House", "Somebody", "at", "comes", "company", "open_house"]
