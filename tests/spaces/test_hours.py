"""When a house is open: weekdays, dates of their own, holidays, and nights in which the clock changes."""

from datetime import UTC, date, datetime

import pytest

from coworking.core import clock
from coworking.spaces.hours import holiday_name, is_holiday, is_open, joined, open_stretches
from coworking.spaces.models import Location, OpeningException, OpeningHours


def _house(*hours: tuple[int, float, float], zone: str = "Europe/Oslo", country: str = "NO", **facts: object) -> Location:
    facts.setdefault("closed_on_holidays", True)
    facts.setdefault("subdivision", "")
    house = Location(zone=zone, country=country, **facts)
    house.opening_hours = [OpeningHours(weekday=weekday, opens=round(opens * 60), closes=round(closes * 60)) for weekday, opens, closes in hours]
    return house


def _walls(house: Location, day: date) -> list[tuple[int, int]]:
    return [(clock.wall_minutes(start, house.zone), clock.wall_minutes(end, house.zone)) for start, end in open_stretches(house, day, day)[day]]


def _always(zone: str = "Europe/Oslo") -> Location:
    return _house(*((weekday, 0, 24) for weekday in range(7)), zone=zone, closed_on_holidays=False)


MONDAY_TO_FRIDAY = tuple((weekday, 8, 20) for weekday in range(5))


def test_a_weekday_has_its_hours_and_a_day_without_any_is_closed() -> None:
    house = _house(*MONDAY_TO_FRIDAY)
    assert _walls(house, date(2026, 11, 30)) == [(480, 1200)]
    assert _walls(house, date(2026, 11, 29)) == []


def test_a_break_at_noon_stays_and_stretches_that_touch_are_one() -> None:
    assert _walls(_house((0, 13, 18), (0, 8, 12)), date(2026, 11, 30)) == [(480, 720), (780, 1080)]
    assert _walls(_house((0, 8, 12), (0, 12, 18)), date(2026, 11, 30)) == [(480, 1080)]


def test_a_public_holiday_closes_the_house_unless_it_stays_open() -> None:
    day = date(2027, 5, 17)
    assert _walls(_house(*MONDAY_TO_FRIDAY), day) == []
    assert _walls(_house(*MONDAY_TO_FRIDAY, closed_on_holidays=False), day) == [(480, 1200)]


def test_a_date_of_its_own_wins_over_weekday_and_holiday() -> None:
    house = _house(*MONDAY_TO_FRIDAY)
    house.exceptions = [
        OpeningException(day=date(2027, 5, 17), opens=600, closes=840),
        OpeningException(day=date(2026, 11, 30), opens=None, closes=None),
    ]
    assert _walls(house, date(2027, 5, 17)) == [(600, 840)]
    assert _walls(house, date(2026, 11, 30)) == []


def test_holidays_are_those_of_the_country_and_its_part() -> None:
    easter_monday = date(2027, 3, 29)
    assert is_holiday(_house(country="GB", subdivision="ENG"), easter_monday)
    assert not is_holiday(_house(country="GB", subdivision="SCT"), easter_monday)
    assert is_holiday(_house(country="FR"), date(2026, 7, 14))
    assert not is_holiday(_house(country="NO"), date(2026, 7, 14))


@pytest.mark.parametrize(("country", "subdivision"), [("XX", ""), ("", ""), ("NO", "nowhere")])
def test_an_unknown_country_or_part_has_no_holidays_of_its_own_and_breaks_nothing(country: str, subdivision: str) -> None:
    assert not is_holiday(_house(country=country, subdivision=subdivision), date(2026, 7, 14))


def test_holidays_are_named_in_the_readers_language_where_that_is_known() -> None:
    norway, day = _house(country="NO"), date(2026, 5, 1)
    assert holiday_name(norway, day, "nb") == "Arbeidernes dag"
    assert holiday_name(norway, day, "en") == "Labor Day"
    assert holiday_name(norway, day, "fr") == "Arbeidernes dag"
    assert holiday_name(norway, date(2026, 5, 4), "en") == ""


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Oslo", date(2026, 3, 29), 23),
        ("Europe/Oslo", date(2026, 10, 25), 25),
        ("Europe/London", date(2026, 3, 29), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Sao_Paulo", date(2026, 10, 18), 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # midnight itself was skipped
        ("Africa/Casablanca", date(2026, 2, 15), 25),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone: str, day: date, hours: float) -> None:
    [(start, end)] = open_stretches(_always(zone), day, day)[day]
    assert (end - start).total_seconds() == hours * 3600


def test_a_stretch_that_falls_into_the_skipped_hour_is_none() -> None:
    assert open_stretches(_house((6, 2, 3), closed_on_holidays=False), date(2026, 3, 29), date(2026, 3, 29)) == {date(2026, 3, 29): []}


def test_a_house_is_open_over_midnight_only_if_it_never_closes() -> None:
    late, early = clock.at_wall(date(2026, 11, 30), 23 * 60, "Europe/Oslo"), clock.at_wall(date(2026, 12, 1), 60, "Europe/Oslo")
    assert is_open(_always(), late, early)
    assert not is_open(_house((0, 8, 24), (1, 8, 24)), late, early)
    assert is_open(_house((0, 8, 24)), late, clock.at_wall(date(2026, 11, 30), 1440, "Europe/Oslo"))
    assert is_open(_house((1, 0, 8)), clock.at_wall(date(2026, 12, 1), 0, "Europe/Oslo"), early)


def test_stretches_join_in_any_order() -> None:
    def hour(number: int) -> datetime:
        return datetime(2026, 1, 1, number, tzinfo=UTC)

    assert joined([(hour(3), hour(5)), (hour(1), hour(2)), (hour(2), hour(3)), (hour(7), hour(7))]) == [(hour(1), hour(5))]
