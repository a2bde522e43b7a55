"""Publishing a version: who is told, when it counts, what stays for good, and what is never taken for a yes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs.registry import JOBS
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.privacy.models import Consent, PolicyNotice, PolicyVersion, RetentionChoice
from coworking.privacy.policy import choices, notices, publishing, versions
from coworking.privacy.policy.choices import Choices
from coworking.privacy.policy.facts import digest
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.entry import Clock, Keep
from coworking.privacy.retention import days
from tests.cast import MONDAY, House
from tests.memberships.conftest import Postman

TODAY = MONDAY.date()
LONGER, SHORTER = Choices({"booking.time": 730}), Choices({"booking.time": 90})


@pytest.fixture
def postman(app: Flask) -> Iterator[Postman]:
    """Who does the jobs of this test."""
    queue: Any = app.extensions["coworking.jobs"]
    app.extensions["coworking.jobs"] = standing_in = Postman(app)
    yield standing_in
    app.extensions["coworking.jobs"] = queue


class Desk:
    """Publishes for one house, each time in a transaction of its own."""

    def __init__(self, app: Flask, house: House, postman: Postman) -> None:
        self.app, self.house, self.postman = app, house, postman

    def __call__(self, verb: Any, *args: Any, **more: Any) -> Any:
        """Let ``verb`` act on the operator, then do the jobs that it left."""
        with self.app.app_context(), tenancy.acting_for(self.house.operator.id):
            done = verb(db.session.get_one(Operator, self.house.operator.id), *args, **more)
            db.session.commit()
            db.session.expunge_all()
        self.postman.work()
        return done

    def publish(self, wanted: Choices, on: date | None = None, **more: Any) -> PolicyVersion:
        """Publish as Olga."""
        version: PolicyVersion = self(publishing.publish, wanted, on, self.house.olga.id, **more)
        return version

    def give_up(self, number: int) -> bool:
        """Withdraw a version."""

        def verb(operator: Operator) -> bool:
            version = versions.numbered(operator.id, number)
            assert version is not None
            return publishing.withdraw(operator, version)

        done: bool = self(verb)
        return done

    def in_force(self, on: date) -> int:
        """Number of the version that counts on a day."""
        found = self(lambda operator: versions.in_force(operator.id, on))
        return found.number if found else 0

    def kept(self, on: date) -> int | None:
        """How long bookings stay on a day."""
        found: int | None = self(lambda operator: days("booking.time", operator.id, on))
        return found

    def told(self) -> set[str]:
        """Who got a mail about a version."""
        return {letter.to for letter in self.postman.letters(self.house) if "/privacy/versions/" in letter.text}

    def version(self, number: int) -> PolicyVersion:
        """One version as it is now."""
        found: PolicyVersion = self(lambda operator: versions.numbered(operator.id, number))
        return found


@pytest.fixture
def desk(app: Flask, bergen: House, postman: Postman, eight_on_monday: None) -> Desk:
    """The Bergen house on a Monday, with its first version in force."""
    desk = Desk(app, bergen, postman)
    desk(publishing.publish_first)
    return desk


@pytest.mark.proves("W2G-4", "WSS-1")
def test_every_operator_gets_a_first_version_by_itself_and_only_once(app: Flask, bergen: House, nantes: House, postman: Postman) -> None:
    for _day in range(2):
        with app.app_context(), tenancy.across_operators():
            JOBS["privacy.policy.first"].run()
            JOBS["privacy.policy.daily"].run()
            db.session.commit()
        postman.work()
    with app.app_context(), tenancy.across_operators():
        found = db.session.execute(sa.select(PolicyVersion.operator_id, PolicyVersion.number)).all()
        assert set(found) == {(bergen.operator.id, 1), (nantes.operator.id, 1)}
        assert len(found) == 2
        assert db.session.scalars(sa.select(PolicyNotice)).all() == []


@pytest.mark.proves("WPX-64", "W2G-49")
def test_a_version_that_takes_something_away_is_refused_with_29_days_and_counts_after_30(desk: Desk) -> None:
    with pytest.raises(publishing.TooSoon) as refusal:
        desk.publish(LONGER, TODAY + timedelta(days=29))
    assert refusal.value.earliest == TODAY + timedelta(days=30)
    version = desk.publish(LONGER, TODAY + timedelta(days=30))
    assert version.material
    assert (desk.in_force(TODAY + timedelta(days=29)), desk.kept(TODAY + timedelta(days=29))) == (1, 365)
    assert (desk.in_force(TODAY + timedelta(days=30)), desk.kept(TODAY + timedelta(days=30))) == (2, 730)


@pytest.mark.proves("WPX-64", "W2G-55", "WPX-23", "CLW-67")
def test_everybody_with_an_account_is_told_once_and_nobody_else(app: Flask, desk: Desk, bergen: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "A_BATCH", 2)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.get_one(Person, bergen.bob.id).closed_at = clock.now()
        db.session.get_one(Person, bergen.alice.id).locale = "nb"
        db.session.add(Person(email="new@kvartal.example", name="Not yet", email_confirmed_at=None))
        db.session.commit()
    desk.publish(LONGER)
    active = {person.email for person in (bergen.olga, bergen.mats, bergen.siri, bergen.arne, bergen.alice)}
    letters = [letter for letter in desk.postman.letters(bergen) if "/privacy/versions/2" in letter.text]
    assert sorted(letter.to for letter in letters) == sorted(active)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        noted = db.session.scalars(sa.select(Person.email).join(PolicyNotice, PolicyNotice.person_id == Person.id)).all()
        assert sorted(noted) == sorted(active)
    assert desk.version(2).told_on == TODAY


@pytest.mark.proves("WPX-64")
def test_the_30_days_count_from_when_the_last_one_was_told(app: Flask, bergen: House, postman: Postman) -> None:
    desk = Desk(app, bergen, postman)
    with time_machine.travel(MONDAY, tick=False):
        desk(publishing.publish_first)
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            publishing.publish(db.session.get_one(Operator, bergen.operator.id), LONGER, None, None)
            db.session.commit()
    assert len(postman.orders) == 1
    late = TODAY + timedelta(days=40)
    waiting, postman.orders = postman.orders, []
    with time_machine.travel(MONDAY + timedelta(days=40), tick=False):
        assert desk.in_force(late) == 1
        postman.orders = waiting
        postman.work()
        assert desk.version(2).effective_on == late + timedelta(days=30)
        assert desk.in_force(late + timedelta(days=29)) == 1
        assert desk.in_force(late + timedelta(days=30)) == 2


@pytest.mark.proves("WPX-77", "W2G-54")
def test_what_takes_nothing_away_counts_from_the_next_day_and_stands_in_the_feed(desk: Desk, browse, bergen: House) -> None:
    version = desk.publish(SHORTER)
    assert (version.material, version.effective_on) == (False, TODAY + timedelta(days=1))
    assert (desk.in_force(TODAY), desk.in_force(TODAY + timedelta(days=1))) == (1, 2)
    assert desk.told() == set()
    feed = browse(bergen).get("/privacy/changes.atom")
    assert feed.mimetype == "application/atom+xml"
    assert "kept 90 days after its end instead of 1 year after its end" in feed.text
    with pytest.raises(publishing.TooSoon):
        desk.publish(Choices({"booking.time": 60}), TODAY)


def test_an_operator_may_tell_everybody_of_a_small_change_too(desk: Desk, bergen: House) -> None:
    version = desk.publish(Choices(supplement={"nb": "Vi har planter."}), announce=True)
    assert version.effective_on == TODAY + timedelta(days=30)
    assert desk.told() == {person.email for person in (bergen.olga, bergen.mats, bergen.siri, bergen.arne, bergen.alice, bergen.bob)}


def test_publishing_the_same_again_is_refused_whether_it_counts_or_is_announced(desk: Desk) -> None:
    with pytest.raises(publishing.NothingNew):
        desk.publish(Choices())
    desk.publish(LONGER)
    with pytest.raises(publishing.NothingNew):
        desk.publish(LONGER)


def test_a_later_version_takes_the_place_of_one_that_is_only_announced(desk: Desk) -> None:
    desk.publish(LONGER)
    third = desk.publish(Choices({"booking.time": 500}))
    assert desk.version(2).withdrawn_at is not None
    assert [change["now"]["days"] for change in third.changes] == [500]
    assert (desk.in_force(TODAY + timedelta(days=29)), desk.in_force(TODAY + timedelta(days=30))) == (1, 3)


def test_giving_up_an_announced_version_tells_whoever_was_told_and_a_version_in_force_can_not_be_given_up(desk: Desk, bergen: House) -> None:
    desk.publish(LONGER)
    told = len(desk.postman.letters(bergen))
    assert desk.give_up(2)
    assert len(desk.postman.letters(bergen)) == 2 * told
    assert desk.in_force(TODAY + timedelta(days=300)) == 1
    assert not desk.give_up(1)
    assert not desk.give_up(2)


@pytest.mark.proves("W2G-53", "CLW-72", "WSS-1")
def test_a_version_stays_at_its_address_as_it_read_with_its_hash(desk: Desk, app: Flask, browse, bergen: House) -> None:
    before = browse(bergen).get("/privacy/versions/1?lang=fr").text.split('<div class="stack g6 follows" lang="fr">')[1].split("</main>")[0]
    seal = desk.version(1).hash
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.get_one(Operator, bergen.operator.id).phone = "+47 55 00 00 00"
        db.session.commit()
    desk.publish(SHORTER)
    with time_machine.travel(MONDAY + timedelta(days=400), tick=False):
        client = browse(bergen)
        page = client.get("/privacy/versions/1?lang=fr")
        assert page.status_code == 200
        assert page.text.split('<div class="stack g6 follows" lang="fr">')[1].split("</main>")[0] == before
        assert seal in page.text
        data = client.get("/privacy/versions/1.json").json
        assert digest({"facts": data["facts"], "pages": data["pages"]}) == data["sha256"] == seal
        assert "90 days" in client.get("/privacy/versions/2").text
        assert client.get("/privacy/versions/3").status_code == 404


@pytest.mark.proves("CLW-68", "WPX-78", "W2G-5")
def test_going_on_as_before_writes_nothing_and_opening_the_change_is_no_consent(desk: Desk, app: Flask, browse, bergen: House) -> None:
    desk.publish(LONGER)
    alice, bob = browse(bergen, bergen.alice), browse(bergen, bergen.bob)
    for client in (alice, bob):
        for path in ("/home", "/bookings", "/privacy", "/privacy/versions/2", "/rooms"):
            assert client.get(path).status_code == 200
    assert 'id="policy-news"' in alice.get("/home").text
    answer = alice.post("/privacy/versions/2/seen")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/privacy/versions/2")
    assert 'id="policy-news"' not in alice.get("/home").text
    assert 'id="policy-news"' in bob.get("/home").text
    assert browse(bergen).post("/privacy/versions/2/seen").status_code in {302, 303}
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Consent)).all() == []
        seen = db.session.scalars(sa.select(PolicyNotice.person_id).where(PolicyNotice.seen_at.is_not(None))).all()
        assert seen == [bergen.alice.id]


@pytest.mark.proves("CLW-66", "WPX-64")
def test_when_the_software_keeps_more_the_policy_follows_by_itself_with_the_same_30_days(
    desk: Desk, app: Flask, bergen: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        choices.draft(LONGER)
        db.session.commit()
    assert desk(publishing.follow) is None
    monkeypatch.setitem(ENTRIES, "person.photo", replace(ENTRIES["person.photo"], retention=Keep(Clock.ACCOUNT_END, 60)))
    version = desk(publishing.follow)
    assert (version.number, version.material, version.published_by_id) == (2, True, None)
    assert [change["key"] for change in version.changes] == ["person.photo"]
    assert desk.version(2).told_on == TODAY
    assert desk(publishing.follow) is None
    assert desk.kept(TODAY + timedelta(days=30)) == 365
    monkeypatch.undo()
    assert desk(publishing.follow) is None
    assert desk.version(2).withdrawn_at is not None


def test_whoever_joins_before_a_version_counts_is_told_too_and_the_day_stays(desk: Desk, app: Flask, bergen: House) -> None:
    desk.publish(LONGER)
    day = desk.version(2).effective_on
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add(Person(email="eva@kvartal.example", name="Eva", email_confirmed_at=clock.now()))
        db.session.commit()
    with time_machine.travel(MONDAY + timedelta(days=5), tick=False):
        desk(lambda _operator: JOBS["privacy.policy.follow"].run())
    assert [letter.to for letter in desk.postman.letters(bergen)].count("eva@kvartal.example") == 1
    assert desk.version(2).effective_on == day


def test_a_draft_leaves_no_row_for_what_the_register_says_anyway_and_stays_within_its_bounds(desk: Desk, app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        choices.draft(Choices({"booking.time": 5000, "guest.email": 30, "person.photo": 3}, {"en": "", "nb": "Hei"}))
        assert [(row.key, row.days) for row in db.session.scalars(sa.select(RetentionChoice))] == [("booking.time", 730)]
        choices.draft(Choices())
        assert db.session.scalars(sa.select(RetentionChoice)).all() == []
        assert choices.drafted() == Choices()
