"""The only clock. Everything else asks it, so that tests and the demo can move time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let it be ``moment`` for a block: so the demo's past is made by the same verbs as anybody's present."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)


def today(zone: str) -> date:
    """The date on the wall in ``zone`` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


def at_wall(day: date, minutes: int, zone: str) -> datetime:
    """UTC moment of ``minutes`` after midnight on the wall of ``zone``.

    Minutes may be 1440, the midnight that ends the day. A wall time that a change to summer time skips
    is read with the offset before the change, an ambiguous one as its first occurrence (PEP 495, fold=0).
    """
    extra, minute_of_day = divmod(minutes, 1440)
    wall = datetime.combine(day + timedelta(days=extra), time(minute_of_day // 60, minute_of_day % 60))
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def exists_on_wall(day: date, minutes: int, zone: str) -> bool:
    """Whether the wall of ``zone`` ever shows that time: false inside the gap of a change to summer time."""
    moment = at_wall(day, minutes, zone)
    wall = moment.astimezone(ZoneInfo(zone))
    extra, minute_of_day = divmod(minutes, 1440)
    return (wall.date(), wall.hour * 60 + wall.minute) == (day + timedelta(days=extra), minute_of_day)


def wall_minutes(moment: datetime, zone: str) -> int:
    """Minutes after midnight that the wall of ``zone`` shows at ``moment``."""
    wall = moment.astimezone(ZoneInfo(zone))
    return wall.hour * 60 + wall.minute


def wall_day(moment: datetime, zone: str) -> date:
    """The date on the wall of ``zone`` at ``moment``."""
    return moment.astimezone(ZoneInfo(zone)).date()


def is_zone(name: str) -> bool:
    """Whether ``name`` is an IANA zone that we know."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return bool(name)
