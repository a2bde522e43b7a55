"""Who is on which plan in the demo: its past made day by day by the same verbs as anybody's, so that all of it explains itself.

Charges are left open, each due on its day: whoever makes the demo's invoices bills them month by month.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs.registry import Order as JobOrder
from coworking.memberships import changing, ending, ledger, pausing, renewing
from coworking.memberships.ledger import Source
from coworking.memberships.models import Grant, Plan, PlanKind, PlanVersion, Subscription
from coworking.memberships.subscribing import Wish, subscribe
from coworking.people import companies
from coworking.people.company import Company
from coworking.people.models import Person

from .world import World

HOW_MANY = 26
MORNING = 7 * 60


class _Nobody:
    """A queue that forgets: nobody gets a mail about a past that was made up."""

    def put(self, order: JobOrder, not_before: datetime | None) -> None:
        """Nothing."""


@contextmanager
def without_mail() -> Iterator[None]:
    """Ask for no jobs within the block."""
    queue = current_app.extensions["coworking.jobs"]
    current_app.extensions["coworking.jobs"] = _Nobody()
    try:
        yield
    finally:
        current_app.extensions["coworking.jobs"] = queue


def subscribe_people(world: World, people: dict[str, Person], plans: Sequence[Plan], zone: str) -> None:
    """Put members of the operator in force onto its plans, and let them live up to now."""
    today = clock.wall_day(world.now, zone)
    sold = [plan.current for plan in plans if plan.kind == PlanKind.PLAN.value]
    alone = [version for version in sold if version.seats == 1]
    life = _Life(world, today, zone)
    with without_mail():
        for number, person in enumerate(_members(world, people)):
            life.live(number, person, alone[number % len(alone)])
        _team(life, people, sold)
        _add_ons(life, people, [plan.current for plan in plans if plan.kind == PlanKind.ADD_ON.value])
        _use(world, sold)


def _members(world: World, people: dict[str, Person]) -> list[Person]:
    """Those whom the guests of the demo sign in as come first; then others who have been here for a while."""
    named = [people[entry["key"]] for entry in world.data["named"] if entry["role"] == "member"]
    others = [each for each in people.values() if each not in named and not each.is_staff and each.is_active and each.email_confirmed_at]
    long_here = [each for each in others if each.joined_at < world.ago(days=100)]
    return named + long_here[: HOW_MANY - len(named)]


class _Life:
    """What happens to subscriptions, day by day."""

    def __init__(self, world: World, today: date, zone: str) -> None:
        self.world, self.today, self.zone = world, today, zone

    def live(self, number: int, person: Person, version: PlanVersion) -> None:
        """One subscription with the fate of its number, up to today."""
        fates: dict[int, Callable[[Person, PlanVersion], None]] = {
            3: self._trial, 4: self._paused, 5: self._paused, 6: self._ending, 7: self._ending, 8: self._ended, 9: self._starts_later, 10: self._changes,
        }  # fmt: skip
        fates.get(number, self._runs)(person, version)

    def began(self, holder: Person | Company, version: PlanVersion, days_ago: int, *, trial: bool = False) -> Subscription:
        """Agreed so many days ago, to begin that day; then every renewal on its own day."""
        start = self.today - timedelta(days=days_ago)
        with self.on(start):
            subscription = subscribe(holder, Wish(version, start, begin_at_once=True, trial=trial, agreed=True), start)
        self.until(subscription, self.today)
        return subscription

    def until(self, subscription: Subscription, day: date) -> None:
        """Let time pass."""
        while subscription.next_on is not None and subscription.next_on <= day:
            with self.on(subscription.next_on):
                renewing.bring_to(subscription, subscription.next_on)

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        """The morning of a day, or now where that is earlier."""
        with clock.standing_at(min(self.world.now, clock.at_wall(day, MORNING, self.zone))):
            yield

    def _runs(self, person: Person, version: PlanVersion) -> None:
        self.began(person, version, self.world.dice.randrange(20, 150))

    def _trial(self, person: Person, _version: PlanVersion) -> None:
        offers = sa.select(PlanVersion).where(PlanVersion.trial_days > 0).order_by(PlanVersion.number.desc())
        version = db.session.scalars(offers).first()
        if version is not None:
            self.began(person, version, 3, trial=True)

    def _paused(self, person: Person, version: PlanVersion) -> None:
        subscription = self._known_until(person, version, 80, 20)
        with self.on(self.today - timedelta(days=20)):
            start, end = self.today - timedelta(days=12), self.today + timedelta(days=18)
            pausing.pause(subscription, start, end, self.today - timedelta(days=20))
        self.until(subscription, self.today)

    def _ending(self, person: Person, version: PlanVersion) -> None:
        subscription = self._known_until(person, version, 95, 6)
        with self.on(self.today - timedelta(days=6)):
            ending.leave(subscription, self.today - timedelta(days=6), by=person.id)
        self.until(subscription, self.today)

    def _ended(self, person: Person, version: PlanVersion) -> None:
        subscription = self._known_until(person, version, 140, 75)
        with self.on(self.today - timedelta(days=75)):
            ending.leave(subscription, self.today - timedelta(days=75), by=person.id)
        self.until(subscription, self.today)

    def _starts_later(self, person: Person, version: PlanVersion) -> None:
        with self.on(self.today):
            subscribe(person, Wish(version, self.today + timedelta(days=9), trial=False), self.today)

    def _changes(self, person: Person, version: PlanVersion) -> None:
        subscription = self.began(person, version, 45)
        dearer = sa.select(PlanVersion).where(PlanVersion.amount > version.amount, PlanVersion.seats == 1, PlanVersion.months == 1)
        other = next(
            (
                each
                for each in db.session.scalars(dearer.order_by(PlanVersion.amount))
                if each.plan.current.id == each.id and each.plan.kind == "plan"
            ),
            None,
        )
        if other is not None:
            with self.on(self.today):
                changing.change_at_renewal(subscription, other, 1, self.today)

    def _known_until(self, person: Person, version: PlanVersion, days_ago: int, until: int) -> Subscription:
        start = self.today - timedelta(days=days_ago)
        with self.on(start):
            subscription = subscribe(person, Wish(version, start, begin_at_once=True, trial=False, agreed=True), start)
        self.until(subscription, self.today - timedelta(days=until))
        return subscription


def _team(life: _Life, people: dict[str, Person], sold: Sequence[PlanVersion]) -> None:
    """One company in a room of its own, its people seated, one person more than the plan includes where that can be had."""
    office = next((version for version in sold if version.seats > 1), None)
    team = [each for each in people.values() if each.company and not each.is_staff and each.is_active and each.email_confirmed_at][-4:]
    if office is None or len(team) < 2:
        return
    with life.on(life.today - timedelta(days=101)):
        company = companies.found(team[0].company, team[0])
        for person in team[1:]:
            companies.seat(company, person)
    life.began(company, office, 100)


def _add_ons(life: _Life, people: dict[str, Person], sold: Sequence[PlanVersion]) -> None:
    for version, person in zip(sold, list(people.values())[-8:-4], strict=False):
        life.began(person, version, 40)
    if sold and "member" in people:
        life.began(people["member"], sold[0], 61)


def _use(world: World, sold: Sequence[PlanVersion]) -> None:
    """Use up a part of this period's allowance, by whoever has it."""
    units = {allowance.unit for version in sold for allowance in version.allowances}
    now = world.now
    live = sa.select(Grant).where(Grant.person_id.is_not(None), Grant.unit.in_(units), Grant.valid_from <= now, Grant.expires_at > now)
    for grant in db.session.scalars(live.order_by(Grant.source_key)).all():
        much = grant.remaining * world.dice.randrange(0, 90) // 100
        much -= much % 15 if grant.unit.startswith(ledger.MINUTES) else 0
        if much:
            with clock.standing_at(now):
                person = db.session.get_one(Person, grant.person_id)
                ledger.spend(person, [grant.unit], much, now, Source("manual", None, f"demo:{grant.id}"))
