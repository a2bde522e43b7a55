"""The price: the cheapest way to put hours, half days and days together, and the same sum to the øre everywhere."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworking.bookings import words
from coworking.bookings.pricing import Quote, quote
from coworking.core import clock
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.spaces.models import Audience, Location, Rate, RateUnit, Resource

START = datetime.fromisoformat("2026-12-01T09:00:00+01:00")
PUBLIC = {RateUnit.HOUR: 35000, RateUnit.HALF_DAY: 110000, RateUnit.DAY: 175000}


def _room(public: dict[RateUnit, int], member: dict[RateUnit, int] | None = None, vat: int = 2500) -> Resource:
    rates = [(Audience.PUBLIC, unit, amount) for unit, amount in public.items()] + [
        (Audience.MEMBER, unit, amount) for unit, amount in (member or {}).items()
    ]
    country = {2500: "NO", 2000: "FR", 0: "GB"}[vat]
    return Resource(
        vat_class="space",
        location=Location(country=country, zone="Europe/Oslo", operator=Operator(vat_registered=vat > 0)),
        rates=[Rate(audience=audience.value, unit=unit.value, amount=amount, currency="NOK") for audience, unit, amount in rates],
    )


def _member(**facts: object) -> Person:
    return (
        Person(email_confirmed_at=START, buys_as_company=False, **facts)
        if "buys_as_company" not in facts
        else Person(email_confirmed_at=START, **facts)
    )


def _priced(room: Resource, minutes: int, person: Person | None = None) -> Quote:
    return quote(room, START, START + timedelta(minutes=minutes), person)


@pytest.mark.parametrize(
    ("minutes", "total", "units"),
    [
        (30, 17500, ["hour"]),
        (90, 52500, ["hour"]),
        (180, 105000, ["hour"]),
        (195, 110000, ["half_day"]),
        (240, 110000, ["half_day"]),
        (300, 145000, ["half_day", "hour"]),
        (360, 175000, ["day"]),
        (480, 175000, ["day"]),
        (540, 210000, ["day", "hour"]),
        (960, 350000, ["day"]),
    ],
)
def test_the_cheapest_combination_wins(minutes: int, total: int, units: list[str]) -> None:
    priced = _priced(_room(PUBLIC), minutes)
    assert (priced.total.minor, [line.unit.value for line in priced.lines]) == (total, units)


def test_members_pay_their_price_and_visitors_see_it() -> None:
    room = _room(PUBLIC, {RateUnit.HOUR: 28000})
    assert _priced(room, 60, _member()).total.minor == 28000
    visitor = _priced(room, 60)
    assert visitor.total.minor == 35000
    assert visitor.member_total is not None
    assert visitor.member_total.minor == 28000
    assert _priced(room, 60, Person(email_confirmed_at=None, buys_as_company=False)).total.minor == 35000


def test_where_only_days_are_sold_a_part_of_one_costs_the_whole() -> None:
    assert _priced(_room({RateUnit.DAY: 30000}), 540).total.minor == 60000


def test_what_has_no_price_costs_nothing() -> None:
    assert (_priced(_room({}), 60).total.minor, _priced(_room({}), 60).lines) == (0, ())


def test_a_company_reads_prices_without_vat_and_pays_the_same() -> None:
    room = _room(PUBLIC)
    company = _priced(room, 90, _member(buys_as_company=True))
    private = _priced(room, 90, _member())
    assert company.shows_net
    assert not private.shows_net
    assert company.total == private.total
    assert (company.net.minor, company.vat.minor) == (42000, 10500)


@given(
    minutes=st.integers(1, 1440),
    prices=st.dictionaries(st.sampled_from(RateUnit), st.integers(0, 10_000_000), min_size=1),
    vat=st.sampled_from([0, 2000, 2500]),
)
def test_lines_add_up_and_longer_is_never_cheaper_than_the_parts_say(minutes: int, prices: dict[RateUnit, int], vat: int) -> None:
    room = _room(prices, vat=vat)
    priced = _priced(room, minutes)
    assert sum(line.amount.minor for line in priced.lines) == priced.total.minor
    assert (priced.net + priced.vat) == priced.total
    if RateUnit.DAY in prices:
        assert priced.total.minor <= prices[RateUnit.DAY] * -(-minutes // 480)
    if RateUnit.HOUR in prices:
        assert priced.total.minor <= -(-prices[RateUnit.HOUR] * minutes // 60)


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Europe/Oslo", date(2026, 3, 29), 120),
        ("Europe/Oslo", date(2026, 10, 25), 240),
        ("Europe/London", date(2026, 3, 29), 120),
        ("Europe/London", date(2026, 10, 25), 240),
        ("America/New_York", date(2026, 3, 8), 120),
        ("America/New_York", date(2026, 11, 1), 240),
        ("Australia/Lord_Howe", date(2026, 10, 4), 150),
        ("Australia/Lord_Howe", date(2026, 4, 5), 210),
        ("America/Sao_Paulo", date(2026, 10, 18), 180),
    ],
)
def test_a_night_in_which_the_clock_changes_costs_the_time_that_passes(zone: str, day: date, minutes: int) -> None:
    start, end = clock.at_wall(day, 60, zone), clock.at_wall(day, 240, zone)
    assert quote(_room({RateUnit.HOUR: 6000}), start, end).total.minor == minutes * 100


def test_lines_say_where_they_come_from(app) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        net = words.quote_lines(_priced(_room(PUBLIC), 90, _member(buys_as_company=True)))
        assert [label.replace("\u00a0", " ") for label, _amount in net] == ["1 h 30 × 280 kr", "VAT 25 %"]
        assert [amount.replace("\u00a0", " ") for _label, amount in net] == ["420 kr", "105 kr"]
