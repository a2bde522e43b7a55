"""One booking, form GET and POST, committed durably: ours and the bare one. And the gate: sixteen at one time, one winner."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.load import Visit
from tests.bookings.arena import opened

AT_ONCE = 16
TIMES = 10
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
FORM_KEY = re.compile(rb'name="form_key" value="([^"]+)"')


def ours(headers: dict[str, str], rooms: int, first: date) -> Visit:
    """Open the form of a room for a time that nobody has, read its price, send it. Raises RuntimeError when it is refused."""
    times = _times(rooms, first)

    def once(connection: HTTPConnection) -> None:
        room, day, start, end = next(times)
        wish = {"day": day.isoformat(), "from": start, "to": end}
        page, kept = _get(connection, f"/rooms/{room}/book?{urlencode(wish)}", headers)
        token, key = TOKEN.search(page), FORM_KEY.search(page)
        if not token or not key or b'id="quote"' not in page:
            raise RuntimeError(f"no form with a price for {room} on {day} at {start}")
        typed = wish | {"csrf_token": token[1].decode(), "form_key": key[1].decode()}
        _post(connection, f"/rooms/{room}/bookings", kept | {"Origin": f"http://{headers['Host']}"}, typed)

    return once


def bare(headers: dict[str, str]) -> Visit:
    """The same against tests/bench/reference.py."""

    def once(connection: HTTPConnection) -> None:
        page, kept = _get(connection, "/book", headers)
        token = TOKEN.search(page)
        _post(connection, "/book", kept, {"csrf_token": token[1].decode() if token else ""})

    return once


def _times(rooms: int, first: date) -> Iterator[tuple[str, date, str, str]]:
    """Half hours by day, room after room."""
    for number in itertools.count():
        step, room = divmod(number, rooms)
        day, half = divmod(step, 40)
        start = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * half)
        yield f"room-{room + 1}", first + timedelta(days=day), f"{start:%H:%M}", f"{start + timedelta(minutes=30):%H:%M}"


def _get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """The page, and headers for the next request: a form's token is kept in the cookie."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    page = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    session = answer.headers.get("Set-Cookie", "").split(";")[0]
    return page, headers | {"Cookie": session} if session else headers


def _post(connection: HTTPConnection, path: str, headers: dict[str, str], typed: dict[str, str]) -> None:
    connection.request("POST", path, urlencode(typed), headers | {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    page = answer.read()
    if answer.status != 303:
        raise RuntimeError(f"{path} {typed} answered {answer.status}: {page[:300]!r}")


def gate(folder: Path, backends: list[str]) -> None:
    """Print in how many of TIMES times exactly one of AT_ONCE got it."""
    print(f"\n| database | workers | of {AT_ONCE} at one time, exactly one |\n|---|---|---|")
    for backend in backends:
        for workers in (2, 8):
            with opened(backend, folder / f"gate-{backend}-{workers}", workers=workers, people=AT_ONCE) as arena:
                right = 0
                for _time in range(TIMES):
                    wish = arena.free_time()
                    told = Counter(status for status, *_ in arena.all_book("fjord", wish))
                    right += told == {303: 1, 409: AT_ONCE - 1} and len(arena.confirmed("fjord", wish)) == 1
            print(f"| {backend} | {workers} | {right} of {TIMES} times |", flush=True)
