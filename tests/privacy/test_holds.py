"""What must stay for a dispute, and for how long."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.people.models import Person
from coworking.privacy import holds
from coworking.privacy.finding import Subject
from coworking.privacy.models import LegalHold
from tests.cast import MONDAY, House

pytestmark = pytest.mark.usefixtures("eight_on_monday")
TODAY = date(2026, 11, 30)
END, REVIEW = TODAY + timedelta(days=200), TODAY + timedelta(days=90)
KEYS = ["booking.time", "booking.person"]


def _place(house: House, **other: object) -> LegalHold:
    alice, olga = db.session.get_one(Person, house.alice.id), db.session.get_one(Person, house.olga.id)
    alice.locale = "en"
    told = {"keys": KEYS, "reason": "Claim for a broken window", "ends_on": END, "review_on": REVIEW, **other}
    return holds.place(alice, by=olga, **told)  # type: ignore[arg-type]


def _mails() -> list[str]:
    return [text.replace("\u00a0", " ") for text in db.session.scalars(sa.select(OutboxMail.text).order_by(OutboxMail.id))]


def test_a_hold_covers_its_keys_from_its_first_to_its_last_day(inside: House) -> None:
    hold = _place(inside)
    alice = Subject.of(db.session.get_one(Person, inside.alice.id))
    assert holds.covering(alice) == dict.fromkeys(sorted(KEYS), hold)
    assert holds.covering(alice, END) and not holds.covering(alice, END + timedelta(days=1))
    assert not holds.covering(alice, TODAY - timedelta(days=1))
    assert not holds.covering(Subject(None, "alice@kvartal.example"))
    assert not holds.covering(Subject.of(inside.bob))


def test_of_two_holds_the_one_that_lasts_longer_counts(inside: House) -> None:
    longer = _place(inside, ends_on=END + timedelta(days=100), keys=["booking.time"])
    shorter = _place(inside)
    alice = Subject.of(db.session.get_one(Person, inside.alice.id))
    assert holds.covering(alice) == {"booking.time": longer, "booking.person": shorter}


def test_the_person_is_told_what_is_held_until_when_and_why_unless_an_order_forbids_it(inside: House) -> None:
    _place(inside)
    (told,) = _mails()
    assert "Claim for a broken window" in told and "18 Jun 2027" in told and "What was booked and when" in told
    quiet = _place(inside, tell=False)
    holds.end(quiet)
    assert len(_mails()) == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("keys", {"keys": []}),
        ("keys", {"keys": ["shoe.size"]}),
        ("reason", {"reason": "  "}),
        ("ends_on", {"ends_on": TODAY}),
        ("ends_on", {"ends_on": date(2031, 12, 1)}),
        ("review_on", {"review_on": END + timedelta(days=1)}),
        ("review_on", {"review_on": TODAY - timedelta(days=1)}),
    ],
)
def test_a_hold_without_reason_keys_or_a_near_end_is_refused(inside: House, field: str, wrong: dict[str, object]) -> None:
    with pytest.raises(holds.HoldRefused) as refused:
        _place(inside, **wrong)
    assert refused.value.field == field


def test_a_hold_can_be_extended_to_five_years_in_all_and_ended_early(inside: House) -> None:
    hold = _place(inside)
    holds.extend(hold, ends_on=date(2031, 11, 30), review_on=END)
    with pytest.raises(holds.HoldRefused):
        holds.extend(hold, ends_on=date(2031, 12, 1), review_on=END)
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        holds.end(hold)
    first = hold.ended_at
    holds.end(hold)
    assert hold.ended_at == first
    assert not holds.covering(Subject.of(db.session.get_one(Person, inside.alice.id)))
    assert len(_mails()) == 3


def test_a_hold_on_papers_keeps_what_says_whose_they_are_and_nothing_more(inside: House) -> None:
    assert _place(inside, keys=["invoice.record"]).keys == ["account.holder", "invoice.record"]
    assert _place(inside, keys=["guest.email"]).keys == ["booking.person", "guest.email"]
    assert _place(inside, keys=["person.name", "subscription.record"]).keys == ["account.holder", "person.name", "subscription.record"]
