"""What jobs there are, when the recurring ones are due, and what travels from the request to the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

Run = Callable[..., None]
R = TypeVar("R", bound=Run)

LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A function that the worker may be asked to run."""

    name: str
    run: Run
    retries: int
    wait: timedelta
    """How long until the first retry; each further one waits twice as long, up to an hour."""

    def backoff(self, failures: int) -> timedelta | None:
        """How long to wait after so many failed attempts; None once it should be given up."""
        if failures > self.retries:
            return None
        return min(self.wait * 2 ** min(failures - 1, 20), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Cron:
    """A job that is due again and again."""

    name: str
    every: timedelta | None
    at: time | None

    def due(self, now: datetime) -> datetime:
        """The latest moment, not after ``now``, at which it should have run."""
        if self.every is not None:
            epoch = datetime(1970, 1, 1, tzinfo=UTC)
            return epoch + (now - epoch) // self.every * self.every
        assert self.at is not None  # noqa: S101
        today = datetime.combine(now.astimezone(UTC).date(), self.at, UTC)
        return today if today <= now else today - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """One wish for a job: what to run, for whom, in which language."""

    name: str
    args: dict[str, Any]
    operator_id: UUID | None
    locale: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker breathes. Tests go faster."""

    poll: timedelta = timedelta(seconds=1)
    """How often it looks for jobs when there were none."""
    lease: timedelta = timedelta(minutes=2)
    """After how long without a sign of life another worker takes a job over. No job takes that long."""
    tick: timedelta = timedelta(seconds=15)
    """How often it gives a sign of life and looks for recurring jobs."""


JOBS: dict[str, Job] = {}
CRONS: dict[str, Cron] = {}


def job(name: str, retries: int = 8, wait: timedelta = timedelta(seconds=10)) -> Callable[[R], R]:
    """Register a function, of plain JSON keyword arguments, as the job ``name``."""

    def register(run: R) -> R:
        if name in JOBS and JOBS[name].run.__qualname__ != run.__qualname__:
            raise ValueError(f"two jobs are named {name}")
        JOBS[name] = Job(name, run, retries, wait)
        return run

    return register


def cron(name: str, every: int | None = None, at: str | None = None, retries: int = 3) -> Callable[[R], R]:
    """Register a job without arguments that runs ``every`` so many minutes, or daily ``at`` a time of UTC.

    It runs for no operator: one that works on tenants' tables goes through the operators itself. After a time
    without any worker it runs once, not once for each time missed. Raises ValueError unless one of both is given.
    """
    if (every is None) == (at is None):
        raise ValueError("say either every or at")

    def register(run: R) -> R:
        CRONS[name] = Cron(name, timedelta(minutes=every) if every else None, time.fromisoformat(at) if at else None)
        return job(name, retries=retries)(run)

    return register
