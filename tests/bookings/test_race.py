"""Fifty at once at one time, through the real server: one gets it, the others get a clear answer.

Rounds: SLOT_ROUNDS for one time, RACE_ROUNDS for the others; 3 without them, 500 and 100 in `make test-heavy`.
The control takes the wall out of the database and must find doubles: otherwise these tests would prove nothing.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coworking.bookings import walls

from .arena import Arena, opened

pytestmark = pytest.mark.repeated

AT_ONCE = 50
WORKERS = 4
SLOT_ROUNDS = int(os.environ.get("SLOT_ROUNDS", "3"))
ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))


@pytest.fixture(scope="module")
def arena(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with opened(backend, tmp_path_factory.mktemp("race"), workers=WORKERS, people=AT_ONCE) as arena:
        yield arena


def test_one_time_has_one_winner_and_everybody_else_a_clear_answer(arena: Arena) -> None:
    for _round in range(SLOT_ROUNDS):
        wish = arena.free_time()
        answers = arena.all_book("fjord", wish)
        assert Counter(status for status, *_ in answers) == {303: 1, 409: AT_ONCE - 1}
        assert len(arena.confirmed("fjord", wish)) == 1
        lost = next(page for status, _to, page in answers if status == 409)
        assert "was just taken" in lost
        assert lost.count('class="chip"') == 3


def test_an_area_with_three_desks_has_three_winners(arena: Arena) -> None:
    for _round in range(ROUNDS):
        wish = arena.free_time()
        answers = arena.all_book("desks", wish)
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
        assert _swap(arena, times) == {409}
        assert [len(arena.confirmed("fjord", time)) for time in times] == [1, 1]


def test_control_without_the_wall_one_time_has_many_winners(without_wall: Arena) -> None:
    wish = without_wall.free_time()
    answers = without_wall.all_book("fjord", wish)
    assert Counter(status for status, *_ in answers)[303] > 1
    assert len(without_wall.confirmed("fjord", wish)) > 1


def test_the_wall_sends_everybody_on_to_a_free_desk(blind: Arena) -> None:
    wish = blind.free_time()
    blind.all_book("desks", wish)
    assert sorted(booking.unit for booking in blind.confirmed("desks", wish)) == [0, 1, 2]


def test_control_without_the_wall_desks_are_shared(blind: Arena, backend: str) -> None:
    with _no_wall(blind, backend):
        wish = blind.free_time()
        blind.all_book("desks", wish)
        held = Counter(booking.unit for booking in blind.confirmed("desks", wish))
        assert max(held.values()) > 1


def test_control_without_the_wall_two_do_change_places(without_wall: Arena) -> None:
    times = [without_wall.free_time(), without_wall.free_time()]
    assert 303 in _swap(without_wall, times)


def _swap(arena: Arena, times: list[dict[str, str]]) -> set[int]:
    made = [racer.post("/rooms/fjord/bookings", time) for racer, time in zip(arena.racers, times, strict=False)]
    assert [status for status, *_ in made] == [303, 303]
    moves = [(racer, f"{page}/move", time) for racer, (_status, page, _body), time in zip(arena.racers, made, reversed(times), strict=False)]
    return {status for status, *_ in arena.at_once(moves)}


@pytest.fixture
def without_wall(arena: Arena, backend: str) -> Iterator[Arena]:
    with _no_wall(arena, backend):
        yield arena


@pytest.fixture(scope="module")
def blind(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """A server that looks at no desk before it takes one: there the wall alone decides."""
    with opened(backend, tmp_path_factory.mktemp("blind"), workers=2, people=8, serves="tests.bookings.broken:blind()") as arena:
        yield arena


@contextmanager
def _no_wall(arena: Arena, backend: str) -> Iterator[None]:
    gone, back = {
        "sqlite": (("DROP TRIGGER booking_overlap_insert", "DROP TRIGGER booking_overlap_update"), walls.SQLITE),
        "postgresql": (("ALTER TABLE booking DROP CONSTRAINT booking_overlap",), (walls.POSTGRESQL[1],)),
    }[backend]
    arena.change(*gone)
    yield
    arena.change("DELETE FROM booking", *back)
