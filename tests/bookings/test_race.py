"""Fifty at once at one time, through the real server: one gets it, the others get a clear answer.

Rounds: RACE_ROUNDS, 3 without it. The control takes the wall out of the database and must find doubles:
otherwise these tests would prove nothing.
"""

import http.client
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking import create_app
from coworking.bookings import walls
from coworking.bookings.models import Booking, State
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.people.sign_in import start_session
from coworking.schema import create_all
from coworking.spaces.models import OpeningHours, Resource
from tests import cast as standing
from tests.support.server import Server, running

SECRET = "for tests only, never anywhere else"
AT_ONCE = 50
WORKERS = 4
ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))
STEPS = 24
"""Half hours of an open day."""


class Racer:
    """One person with a browser: a connection that stands open, a session, a token for forms."""

    def __init__(self, server: Server, cookie: str) -> None:
        self.server, self.cookie = server, cookie
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.token = self._token()

    def _headers(self) -> dict[str, str]:
        return {"Host": self.server.host("kvartal"), "Cookie": f"session={self.cookie}", "Accept-Language": "en"}

    def _token(self) -> str:
        self.connection.request("GET", "/rooms/fjord/book", headers=self._headers())
        answer = self.connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200, page[:500]
        changed = re.search(r"session=([^;]+)", answer.headers.get("Set-Cookie", ""))
        if changed:
            self.cookie = changed[1]
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, page[:500]
        return token[1]

    def post(self, path: str, wish: dict[str, str]) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        body = urlencode({"csrf_token": self.token, **wish})
        headers = self._headers() | {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.server.url("kvartal", "").rstrip("/")}
        for _again in range(2):
            try:
                self.connection.request("POST", path, body, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.headers.get("Location", ""), answer.read().decode()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # A connection that the server closed while it stood idle: the request never arrived.
                self.connection.close()
        raise AssertionError("no answer twice")


@dataclass
class Arena:
    """A server with a database of its own, and everybody who races."""

    app: Flask
    server: Server
    racers: list[Racer]
    used: int = 0

    def free_time(self) -> dict[str, str]:
        """A half hour that nobody asked for yet."""
        days, step = divmod(self.used, STEPS)
        self.used += 1
        start = 480 + step * 30
        return {"day": (self.first_day + timedelta(days=days)).isoformat(), "from": _wall(start), "to": _wall(start + 30)}

    @property
    def first_day(self) -> date:
        """Two days from now on the wall of the house, beyond any notice."""
        return clock.today("Europe/Oslo") + timedelta(days=2)

    def at_once(self, tries: list[tuple[Racer, str, dict[str, str]]]) -> list[tuple[int, str, str]]:
        """Send all of them at the same moment."""
        gate = threading.Barrier(len(tries))
        answers: list[tuple[int, str, str]] = [(0, "", "")] * len(tries)

        def go(index: int, racer: Racer, path: str, wish: dict[str, str]) -> None:
            gate.wait()
            answers[index] = racer.post(path, wish)

        threads = [threading.Thread(target=go, args=(index, *each)) for index, each in enumerate(tries)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def confirmed(self, slug: str, wish: dict[str, str]) -> list[Booking]:
        """The bookings that hold the time."""
        start = clock.at_wall(date.fromisoformat(wish["day"]), _minutes(wish["from"]), "Europe/Oslo")
        with self.app.app_context(), tenancy.across_operators():
            query = sa.select(Booking).join(Resource, Resource.id == Booking.resource_id)
            return list(
                db.session.scalars(
                    query.where(
                        Resource.slug == slug,
                        Resource.operator_id == Booking.operator_id,
                        Booking.state == State.CONFIRMED.value,
                        Booking.starts_at < start + timedelta(minutes=30),
                        Booking.ends_at > start,
                    )
                )
            )


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


@pytest.fixture(scope="module")
def arena(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    tmp_path = tmp_path_factory.mktemp("race")
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database("race")
    app = create_app(Config(data_dir=tmp_path, database_url=url, secret_key=SECRET))
    with app.app_context():
        with db.engine.begin() as connection:
            create_all(connection)
        cookies = _people(app)
        db.session.remove()
        db.engine.dispose()
    with running(data_dir=tmp_path, database_url=url, workers=WORKERS, prepare=False) as server:
        racers = [Racer(server, cookie) for cookie in cookies]
        yield Arena(app, server, racers)
        for racer in racers:
            racer.connection.close()
        assert "Traceback" not in server.output(), server.output()[-4000:]
    with app.app_context():
        db.engine.dispose()


def _people(app: Flask) -> list[str]:
    """Everybody who races, signed in; the house never closes and can be booked far ahead. Returns their cookies."""
    house = standing.gather().bergen
    with tenancy.acting_for(house.operator.id):
        location = db.session.merge(house.location)
        location.closed_on_holidays = False
        location.opening_hours = [OpeningHours(weekday=weekday, opens=480, closes=1200) for weekday in range(7)]
        for space in db.session.scalars(sa.select(Resource)):
            space.horizon = 400
        people = [Person(email=f"racer{number}@example.com", name=f"Racer {number}", email_confirmed_at=clock.now()) for number in range(AT_ONCE)]
        db.session.add_all(people)
        db.session.flush()
        tokens = [start_session(person, keep=False) for person in people]
        db.session.commit()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return [signer.dumps({"_user_id": token, "_fresh": True}) for token in tokens]


def _all_book(arena: Arena, slug: str, wish: dict[str, str]) -> list[tuple[int, str, str]]:
    return arena.at_once([(racer, f"/rooms/{slug}/bookings", {**wish, "form_key": f"{slug}-{number}"}) for number, racer in enumerate(arena.racers)])


def test_one_time_has_one_winner_and_everybody_else_a_clear_answer(arena: Arena) -> None:
    for _round in range(ROUNDS):
        wish = arena.free_time()
        answers = _all_book(arena, "fjord", wish)
        assert Counter(status for status, *_ in answers) == {303: 1, 409: AT_ONCE - 1}
        assert len(arena.confirmed("fjord", wish)) == 1
        lost = next(page for status, _to, page in answers if status == 409)
        assert "was just taken" in lost
        assert lost.count('class="chip"') == 3


def test_an_area_with_three_desks_has_three_winners(arena: Arena) -> None:
    for _round in range(ROUNDS):
        wish = arena.free_time()
        answers = _all_book(arena, "desks", wish)
        assert Counter(status for status, *_ in answers) == {303: 3, 409: AT_ONCE - 3}
        assert sorted(booking.unit for booking in arena.confirmed("desks", wish)) == [0, 1, 2]


def test_of_two_moves_into_one_gap_one_arrives_and_the_other_stays(arena: Arena) -> None:
    for _round in range(ROUNDS):
        gap = arena.free_time()
        homes = [arena.free_time(), arena.free_time()]
        made = [racer.post("/rooms/fjord/bookings", home) for racer, home in zip(arena.racers, homes, strict=False)]
        assert [status for status, *_ in made] == [303, 303]
        moves = [(racer, f"{page}/move", gap) for racer, (_status, page, _body) in zip(arena.racers, made, strict=False)]
        answers = arena.at_once(moves)
        assert sorted(status for status, *_ in answers) == [303, 409]
        assert len(arena.confirmed("fjord", gap)) == 1
        assert sorted(len(arena.confirmed("fjord", home)) for home in homes) == [0, 1]


def test_two_that_change_places_at_once_never_share_one(arena: Arena) -> None:
    for _round in range(ROUNDS):
        times = [arena.free_time(), arena.free_time()]
        made = [racer.post("/rooms/fjord/bookings", time) for racer, time in zip(arena.racers, times, strict=False)]
        moves = [(racer, f"{page}/move", time) for racer, (_status, page, _body), time in zip(arena.racers, made, reversed(times), strict=False)]
        assert {status for status, *_ in arena.at_once(moves)} == {409}
        assert [len(arena.confirmed("fjord", time)) for time in times] == [1, 1]


def test_control_without_the_wall_the_same_race_finds_doubles(arena: Arena, backend: str) -> None:
    gone, back = {
        "sqlite": ("DROP TRIGGER booking_overlap_insert", walls.SQLITE[0]),
        "postgresql": ("ALTER TABLE booking DROP CONSTRAINT booking_overlap", walls.POSTGRESQL[1]),
    }[backend]
    _change(arena, gone)
    try:
        wish = arena.free_time()
        answers = _all_book(arena, "fjord", wish)
        assert Counter(status for status, *_ in answers)[303] > 1
        assert len(arena.confirmed("fjord", wish)) > 1
    finally:
        _change(arena, "DELETE FROM booking", back)


def _change(arena: Arena, *statements: str) -> None:
    with arena.app.app_context(), db.engine.begin() as connection, tenancy.across_operators():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("select set_config('app.operator_id', '*', true)")
        for statement in statements:
            connection.exec_driver_sql(statement)
