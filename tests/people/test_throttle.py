"""How often something may be tried."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people import jobs, throttle
from coworking.people.models import Attempt
from tests.cast import PASSWORD, House
from tests.conftest import As

from .conftest import Postman


def _wrong(browse: As, house: House, email: str, **headers: str) -> int:
    answer = browse(house).post("/sign-in", data={"email": email, "password": "not the one"}, headers=headers)
    return answer.status_code


@pytest.mark.proves("W2G-51", "WPX-29")
def test_an_account_rests_after_ten_wrong_passwords_and_opens_again(bergen: House, browse: As) -> None:
    """Attempts count although each of these requests was refused."""
    with time_machine.travel(clock.now(), tick=False):
        assert [_wrong(browse, bergen, bergen.alice.email) for _ in range(11)] == [422] * 10 + [429]
        right = browse(bergen, language="fr").post("/sign-in", data={"email": bergen.alice.email, "password": PASSWORD})
        assert right.status_code == 429, "also for the right password, or guessing would go on"
        assert right.headers["Retry-After"] == "901"
        assert bergen.alice.email in right.text
        assert browse(bergen).post("/sign-in", data={"email": bergen.bob.email, "password": PASSWORD}).status_code == 303
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=2)):
        assert browse(bergen).post("/sign-in", data={"email": bergen.alice.email, "password": PASSWORD}).status_code == 303


def test_parallel_guesses_get_no_more_than_ten_answers(bergen: House, browse: As) -> None:
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _number: _wrong(browse, bergen, bergen.alice.email), range(24)))
    assert sorted(statuses) == [422] * 10 + [429] * 14


def test_a_link_used_twice_at_once_works_once(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/sign-in/link", data={"email": bergen.alice.email})
    link = postman.last().link
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _number: browse(bergen).post(link).status_code, range(8)))
    assert sorted(statuses) == [303] + [404] * 7


def test_an_unknown_account_rests_just_the_same(bergen: House, browse: As) -> None:
    assert [_wrong(browse, bergen, "nobody@example.org") for _ in range(11)] == [422] * 10 + [429]


def test_other_addresses_don_t_open_the_account(bergen: House, browse: As) -> None:
    for number in range(10):
        client = browse(bergen)
        client.environ_base["REMOTE_ADDR"] = f"198.51.{number}.7"
        client.post("/sign-in", data={"email": bergen.alice.email, "password": "not the one"})
    client = browse(bergen)
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert client.post("/sign-in", data={"email": bergen.alice.email, "password": PASSWORD}).status_code == 429


def test_a_made_up_forwarded_address_dodges_nothing(bergen: House, browse: As) -> None:
    statuses = [_wrong(browse, bergen, f"guess{number}@example.org", **{"X-Forwarded-For": f"198.51.{number}.7"}) for number in range(51)]
    assert statuses == [422] * 50 + [429]


def test_one_house_rests_alone(bergen: House, nantes: House, browse: As) -> None:
    for _ in range(11):
        _wrong(browse, bergen, "nobody@example.org")
    assert _wrong(browse, nantes, "nobody@example.org") == 422


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8::1", "::ffff:198.51.100.7", "fe80::1%eth0", None, "", "unix:", "x" * 200])
def test_an_address_is_kept_as_a_network(address: str | None) -> None:
    assert throttle.truncated(address) in {"198.51.100.0/24", "2001:db8::/48", "fe80::/48", "unknown"}


def test_old_tries_are_forgotten(app: Flask, bergen: House, browse: As) -> None:
    _wrong(browse, bergen, "nobody@example.org")
    with app.app_context():
        with time_machine.travel(clock.now() + timedelta(days=2)):
            tenancy.enter(None)
            jobs.prune()
            db.session.commit()
        with tenancy.acting_for(bergen.operator.id):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0
