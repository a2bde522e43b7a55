"""Many people with open connections to the real server, and times that nobody asked for yet."""

import http.client
import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from coworking import create_app
from coworking.bookings.models import Booking, State
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.people.sign_in import start_session
from coworking.schema import create_all
from coworking.spaces.models import OpeningHours, Resource
from tests import cast as standing
from tests.support.server import Server, start

SECRET = "for tests only, never anywhere else"
HORIZON = 3650
STEPS = 24
"""Half hours of an open day."""


class NoAnswer(Exception):
    """The connection broke before an answer came: the request may have been carried out, or not."""


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
        """Status, where it leads, and the page. One that the server closed while it stood idle is opened anew."""
        for _again in range(2):
            try:
                return self.post_once(path, wish)
            except NoAnswer:
                continue
        raise AssertionError("no answer twice")

    def post_once(self, path: str, wish: dict[str, str]) -> tuple[int, str, str]:
        """The same, raising NoAnswer when none came."""
        body = urlencode({"csrf_token": self.token, **wish})
        headers = self._headers() | {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.server.url("kvartal", "").rstrip("/")}
        try:
            self.connection.request("POST", path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except (http.client.HTTPException, OSError) as broken:
            self.connection.close()
            raise NoAnswer from broken


Try = tuple[Racer, str, dict[str, str]]


@dataclass
class Arena:
    """A server with a database of its own, and everybody who races."""

    app: Flask
    server: Server
    racers: list[Racer]
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def free_time(self) -> dict[str, str]:
        """A half hour that nobody asked for yet, from two days ahead on: beyond any notice."""
        days, step = divmod(next(self.numbers), STEPS)
        start = 480 + step * 30
        day = clock.today("Europe/Oslo") + timedelta(days=2 + days)
        return {"day": day.isoformat(), "from": _wall(start), "to": _wall(start + 30)}

    def at_once(self, tries: list[Try]) -> list[tuple[int, str, str]]:
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

    def all_book(self, slug: str, wish: dict[str, str]) -> list[tuple[int, str, str]]:
        """Everybody wants the same time."""
        return self.at_once(
            [(racer, f"/rooms/{slug}/bookings", {**wish, "form_key": f"{slug}-{number}"}) for number, racer in enumerate(self.racers)]
        )

    def confirmed(self, slug: str, wish: dict[str, str]) -> list[Booking]:
        """The bookings that hold the time."""
        start = clock.at_wall(date.fromisoformat(wish["day"]), _minutes(wish["from"]), "Europe/Oslo")
        query = sa.select(Booking).join(Resource, sa.and_(Resource.id == Booking.resource_id, Resource.operator_id == Booking.operator_id))
        holds = (Booking.state == State.CONFIRMED.value, Booking.starts_at < start + timedelta(minutes=30), Booking.ends_at > start)
        with self.app.app_context(), tenancy.across_operators():
            return list(db.session.scalars(query.where(Resource.slug == slug, *holds)))

    def backends(self) -> list[int]:
        """Processes of PostgreSQL that serve this database, but for our own connection."""
        wanted = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with self.app.app_context(), db.engine.begin() as connection:
            return [int(pid) for pid in connection.exec_driver_sql(wanted).scalars()]

    def change(self, *statements: str) -> None:
        """Run statements in the database, beside the app, each in a transaction of its own."""
        for statement in statements:
            self._change(statement)

    def _change(self, statement: str) -> None:
        with self.app.app_context(), db.engine.begin() as connection, tenancy.across_operators():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("select set_config('app.operator_id', '*', true)")
            connection.exec_driver_sql(statement)

    def let_go(self) -> None:
        """Close our own connections to the database: what a dead server left is then recovered by the next one, not by us."""
        with self.app.app_context():
            db.engine.dispose()


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


@contextmanager
def opened(backend: str, folder: Path, *, workers: int, people: int, serves: str = "app:app") -> Iterator[Arena]:
    """An arena with ``people`` in it, closed after the block. A traceback in the server's log is a failure."""
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database("arena")
    app = create_app(Config(data_dir=folder, database_url=url, secret_key=SECRET))
    with app.app_context():
        with db.engine.begin() as connection:
            create_all(connection)
        cookies = _people(app, people)
        db.session.remove()
        db.engine.dispose()
    server = start(data_dir=folder, database_url=url, workers=workers, prepare=False, serves=serves)
    arena = Arena(app, server, [])
    try:
        arena.racers += [Racer(server, cookie) for cookie in cookies]
        yield arena
        assert "Traceback" not in server.output(), server.output()[-4000:]
    finally:
        for racer in arena.racers:
            racer.connection.close()
        server.stop()
        arena.let_go()


def _people(app: Flask, count: int) -> list[str]:
    """Everybody who races, signed in; the house never closes and can be booked far ahead. Returns their cookies."""
    house = standing.gather().bergen
    with tenancy.acting_for(house.operator.id):
        location = db.session.merge(house.location)
        location.closed_on_holidays = False
        location.opening_hours = [OpeningHours(weekday=weekday, opens=480, closes=1200) for weekday in range(7)]
        for space in db.session.scalars(sa.select(Resource)):
            space.horizon = HORIZON
        people = [Person(email=f"racer{number}@example.com", name=f"Racer {number}", email_confirmed_at=clock.now()) for number in range(count)]
        db.session.add_all(people)
        db.session.flush()
        tokens = [start_session(person, keep=False) for person in people]
        db.session.commit()
    return [session_cookie(app, token) for token in tokens]


def session_cookie(app: Flask, token: str) -> str:
    """The cookie of somebody whose session has that token."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps({"_user_id": token, "_fresh": True}))
