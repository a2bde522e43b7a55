"""The pages of booking: nothing typed is lost, nobody sees another's, and everything works without JavaScript."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from coworking.bookings.models import Booking, State
from coworking.core import tenancy
from coworking.core.db import db, new_id
from tests.bookings.helpers import TUESDAY, at
from tests.cast import House

pytestmark = pytest.mark.usefixtures("eight_on_monday")
WISH = {"day": TUESDAY.isoformat(), "from": "10:00", "to": "11:30", "title": "Planning", "attendees": "4", "guests": "", "form_key": "k1"}


@pytest.fixture
def alice(bergen: House, browse, eight_on_monday) -> FlaskClient:
    return browse(bergen, bergen.alice)


def _bookings(app) -> list[Booking]:
    with app.app_context(), tenancy.across_operators():
        return list(db.session.scalars(sa.select(Booking).order_by(Booking.created_at, Booking.id)))


def _made(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_member_books_sees_and_cancels(app, alice: FlaskClient) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    seen = alice.get(page).text
    assert "Fjord, Tue 1 Dec, 10:00–11:30" in seen
    assert "420\u00a0kr" in seen
    assert "Planning" in alice.get("/bookings").text
    assert "You pay nothing: 420\u00a0kr is not charged." in alice.get(f"{page}/cancellation").text
    _made(alice.post(f"{page}/cancellation"))
    [booking] = _bookings(app)
    assert (booking.state, booking.amount, booking.sequence) == (State.CANCELLED.value, 0, 1)
    assert "Planning" not in alice.get("/bookings").text
    assert "Planning" in alice.get("/bookings?past=1").text


def test_a_late_cancellation_says_what_it_costs_and_keeps_the_price(app, alice: FlaskClient) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    with time_machine.travel(at(10) - timedelta(hours=23), tick=False):
        assert "420\u00a0kr is charged" in alice.get(f"{page}/cancellation").text
        _made(alice.post(f"{page}/cancellation"))
    assert _bookings(app)[0].amount == 42000


def test_what_has_begun_stays(app, alice: FlaskClient) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data={**WISH, "day": "2026-11-30"}))
    with time_machine.travel(at(10.5) - timedelta(days=1), tick=False):
        assert alice.post(f"{page}/cancellation").status_code == 422
        assert alice.post(f"{page}/move", data={**WISH, "from": "14:00", "to": "15:00"}).status_code == 422
        shown = alice.get(page).text
        assert "This booking has begun. The front desk can still change it." in shown
        assert f"{page}/cancellation" not in shown
    with time_machine.travel(at(12) - timedelta(days=1), tick=False):
        assert "The front desk can still change it" not in alice.get(page).text
    assert _bookings(app)[0].state == State.CONFIRMED.value


def test_the_slower_of_two_gets_a_clear_answer_and_keeps_what_was_typed(alice: FlaskClient, bergen: House, browse) -> None:
    bob = browse(bergen, bergen.bob)
    _made(bob.post("/rooms/fjord/bookings", data={**WISH, "title": "Secret of Bob"}))
    answer = alice.post("/rooms/fjord/bookings", data={**WISH, "guests": "kari@example.com"})
    assert answer.status_code == 409
    page = answer.text
    assert "Tue 1 Dec, 10:00–11:30 was just taken." in page
    assert "Nothing has been booked or charged." in page
    assert page.count('class="chip"') == 3
    assert 'value="Planning"' in page
    assert 'value="kari@example.com"' in page
    assert '<option value="10:00" selected' in page
    assert '<option value="11:30" selected' in page
    assert "Secret" not in page
    assert "Bob" not in page
    assert "<title>Error:" in page


def test_htmx_gets_the_form_alone_and_is_sent_on_after_success(alice: FlaskClient) -> None:
    headers = {"HX-Request": "true"}
    form = alice.get("/rooms/fjord/book?day=2026-12-01&from=10:00&to=11:30", headers=headers)
    assert form.text.lstrip().startswith("<form")
    assert "Book Tue 1 Dec, 10:00–11:30 for 420\u00a0kr" in form.text
    done = alice.post("/rooms/fjord/bookings", data=WISH, headers=headers)
    assert done.status_code == 200
    assert re.fullmatch(r"/bookings/[0-9a-f-]{36}", done.headers["HX-Redirect"])


def test_sending_a_form_twice_books_once(app, alice: FlaskClient) -> None:
    assert _made(alice.post("/rooms/fjord/bookings", data=WISH)) == _made(alice.post("/rooms/fjord/bookings", data=WISH))
    assert len(_bookings(app)) == 1


def test_whoever_is_not_signed_in_sees_price_and_way_in_and_keeps_the_choice(bergen: House, browse) -> None:
    page = browse(bergen).get("/rooms/fjord/book?day=2026-12-01&from=10:00&to=11:30").text
    assert "525\u00a0kr" in page
    assert "Members pay 420\u00a0kr" in page
    assert "next=/rooms/fjord/book?day%3D2026-12-01%26from%3D10:00%26to%3D11:30" in page.replace("%2F", "/").replace("%3F", "?").replace("%3A", ":")
    assert browse(bergen).post("/rooms/fjord/bookings", data=WISH).status_code == 303


STRANGE = [
    "",
    "x",
    "\x00",
    "-1",
    "99999999999999999999",
    "10:60",
    "٣:٠٠",
    "2026-13-01",
    "9999-12-31",
    "0000-00-00",
    "🙂" * 50,
    "\u202e10:00",
    "a" * 5000,
]


@pytest.mark.parametrize("field", ["day", "from", "to", "title", "attendees", "guests", "form_key"])
def test_strange_input_is_answered_kept_and_books_nothing_wrong(app, alice: FlaskClient, field: str) -> None:
    for value in STRANGE:
        answer = alice.post("/rooms/fjord/bookings", data={**WISH, field: value})
        assert answer.status_code in {303, 409, 422}, (field, value)
        assert alice.get("/rooms/fjord/book", query_string={field: value}).status_code == 200
    assert len(_bookings(app)) <= 1


def test_a_missing_answer_is_named_at_its_field(alice: FlaskClient) -> None:
    answer = alice.post("/rooms/fjord/bookings", data={**WISH, "from": "", "guests": ""})
    assert answer.status_code == 422
    assert 'href="#b-from"' in answer.text
    assert answer.text.count("Choose when it starts") == 2


def test_moving_keeps_the_booking_and_gives_the_old_time_back(app, alice: FlaskClient) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    assert "Move to Tue 1 Dec, 10:00–11:30" in alice.get(f"{page}/move").text
    assert _made(alice.post(f"{page}/move", data={"day": "2026-12-02", "from": "13:00", "to": "14:00"})) == page
    [booking] = _bookings(app)
    assert (booking.starts_at, booking.sequence, booking.amount) == (at(13) + timedelta(days=1), 1, 28000)
    _made(alice.post("/rooms/fjord/bookings", data={**WISH, "form_key": "k2"}))


def test_a_move_over_somebody_leaves_the_booking_where_it_was(app, alice: FlaskClient, bergen: House, browse) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    _made(browse(bergen, bergen.bob).post("/rooms/vidde/bookings", data={**WISH, "from": "14:00", "to": "16:00"}))
    answer = alice.post(f"{page}/move", data={"room": "vidde", "day": "2026-12-01", "from": "15:00", "to": "16:30"})
    assert answer.status_code == 409
    assert "Your booking stays as it was." in answer.text
    mine = next(booking for booking in _bookings(app) if booking.person_id == bergen.alice.id)
    assert (mine.starts_at, mine.ends_at, mine.resource_id) == (at(10), at(11.5), bergen.fjord.id)


def test_moving_late_never_makes_it_cheaper(app, alice: FlaskClient) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    with time_machine.travel(at(10) - timedelta(hours=20), tick=False):
        assert "the price stays 420\u00a0kr" in alice.get(f"{page}/move?day=2026-12-03&from=10:00&to=10:30").text
        _made(alice.post(f"{page}/move", data={"day": "2026-12-03", "from": "10:00", "to": "10:30"}))
    assert _bookings(app)[0].amount == 42000


def test_guests_are_invited_and_taken_off(app, alice: FlaskClient) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    wrong = alice.post(f"{page}/guests", data={"guests": "kari@example.com, not an address"})
    assert wrong.status_code == 422
    assert "“not” is not an e-mail address" in wrong.text
    assert "kari@example.com, not an address" in wrong.text
    _made(alice.post(f"{page}/guests", data={"guests": "kari@example.com; KARI@example.com ola@example.com"}))
    seen = alice.get(page).text
    assert seen.count("/removal") == 2
    [first, _second] = re.findall(r'action="([^"]+/removal)"', seen)
    _made(alice.post(first))
    assert alice.post(first).status_code == 404


PATHS = [("get", ""), ("get", ".ics"), ("get", "/move"), ("post", "/move"), ("get", "/cancellation"), ("post", "/cancellation"), ("post", "/guests")]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_somebody_elses_booking_answers_like_none_at_all(
    app, alice: FlaskClient, bergen: House, nantes: House, browse, method: str, path: str
) -> None:
    page = _made(alice.post("/rooms/fjord/bookings", data=WISH))
    for client in (browse(bergen, bergen.bob), browse(bergen, bergen.mats), browse(nantes, nantes.alice)):
        theirs = getattr(client, method)(page + path, data=WISH if method == "post" else None)
        nobodys = getattr(client, method)(f"/bookings/{new_id()}{path}", data=WISH if method == "post" else None)
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert len(theirs.text) == len(nobodys.text)
