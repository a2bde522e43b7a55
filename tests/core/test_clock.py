"""Wall times become moments, also on the days when the wall jumps."""

from datetime import date, datetime

import pytest

from coworking.core import clock


@pytest.mark.parametrize(
    ("day", "minutes", "zone", "utc"),
    [
        (date(2026, 3, 28), 600, "Europe/Oslo", "2026-03-28T09:00+00:00"),
        (date(2026, 3, 29), 600, "Europe/Oslo", "2026-03-29T08:00+00:00"),
        (date(2026, 10, 25), 150, "Europe/Oslo", "2026-10-25T00:30+00:00"),
        (date(2026, 11, 1), 90, "America/New_York", "2026-11-01T05:30+00:00"),
        (date(2026, 4, 5), 90, "Australia/Lord_Howe", "2026-04-04T14:30+00:00"),
        (date(2026, 6, 30), 1440, "Europe/London", "2026-06-30T23:00+00:00"),
    ],
)
def test_a_wall_time_is_one_moment(day: date, minutes: int, zone: str, utc: str) -> None:
    assert clock.at_wall(day, minutes, zone) == datetime.fromisoformat(utc)


def test_a_time_that_summer_time_skips_is_not_on_the_wall() -> None:
    assert not clock.exists_on_wall(date(2026, 3, 29), 150, "Europe/Oslo")
    assert clock.exists_on_wall(date(2026, 3, 29), 180, "Europe/Oslo")
    assert not clock.exists_on_wall(date(2026, 10, 4), 135, "Australia/Lord_Howe")


def test_only_iana_names_are_zones() -> None:
    assert clock.is_zone("Europe/Oslo")
    assert not any(clock.is_zone(name) for name in ("", "../etc/passwd", "/etc/localtime", "Nowhere/Land", "\0", "x" * 500))
