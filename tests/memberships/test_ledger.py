"""Allowances: what ends first is used first, nobody overspends, and every change is an entry that stays."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from coworking.core import clock, tenancy
from coworking.core.db import db, new_id
from coworking.memberships import ledger
from coworking.memberships.ledger import NotEnough, Source
from coworking.memberships.models import Grant, LedgerEntry
from coworking.people.company import Company, Seat
from coworking.people.models import Person
from tests.cast import House

ROOM = ledger.minutes_of("meeting_room")
AT_ONCE = 12


def _source(key: str) -> Source:
    return Source("booking", new_id(), key)


def _give(person: Person | Company, quantity: int, key: str, unit: str = ROOM, days: int | None = 30) -> Grant:
    now = clock.now()
    ends = None if days is None else now + timedelta(days=days)
    return ledger.grant(person, unit, quantity, source=Source("manual", None, key), valid_from=now - timedelta(days=60), expires_at=ends)


def _alice(house: House) -> Person:
    return db.session.get_one(Person, house.alice.id)


def test_what_ends_first_is_used_first(inside: House) -> None:
    alice = _alice(inside)
    late, soon, never = _give(alice, 60, "late", days=40), _give(alice, 60, "soon", days=5), _give(alice, 60, "never", days=None)
    entries = ledger.spend(alice, [ROOM], 90, clock.now(), _source("booking:1"))
    assert [(entry.grant_id, entry.quantity) for entry in entries] == [(soon.id, -60), (late.id, -30)]
    assert (soon.remaining, late.remaining, never.remaining) == (0, 30, 60)


def test_one_s_own_allowance_goes_before_the_company_s(inside: House) -> None:
    alice = _alice(inside)
    company = Company(name="Nordlys")
    db.session.add(company)
    db.session.flush()
    db.session.add(Seat(company_id=company.id, person_id=alice.id))
    pool, own = _give(company, 60, "pool"), _give(alice, 60, "own")
    ledger.spend(alice, [ROOM], 75, clock.now(), _source("booking:1"))
    assert (own.remaining, pool.remaining) == (0, 45)


def test_who_left_the_company_can_t_spend_its_pool(inside: House) -> None:
    alice = _alice(inside)
    company = Company(name="Nordlys")
    db.session.add(company)
    db.session.flush()
    db.session.add(Seat(company_id=company.id, person_id=alice.id, left_at=clock.now()))
    _give(company, 60, "pool")
    with pytest.raises(NotEnough):
        ledger.spend(alice, [ROOM], 30, clock.now(), _source("booking:1"))


def test_asking_for_too_much_takes_nothing(inside: House) -> None:
    alice = _alice(inside)
    given_ = _give(alice, 60, "one")
    with pytest.raises(NotEnough):
        ledger.spend(alice, [ROOM], 61, clock.now(), _source("booking:1"))
    assert db.session.get_one(Grant, given_.id).remaining == 60
    assert db.session.scalar(sa.select(sa.func.count(LedgerEntry.id)).where(LedgerEntry.direction == "spend")) == 0


def test_the_same_spend_counts_once_and_comes_back_once(inside: House) -> None:
    alice = _alice(inside)
    given_, source = _give(alice, 60, "one"), _source("booking:1")
    first = ledger.spend(alice, [ROOM], 30, clock.now(), source)
    assert ledger.spend(alice, [ROOM], 30, clock.now(), source) == first
    assert given_.remaining == 30
    ledger.give_back(source)
    ledger.give_back(source)
    assert given_.remaining == 60


def test_what_is_over_or_not_yet_begun_is_not_used(inside: House) -> None:
    alice = _alice(inside)
    _give(alice, 60, "over", days=-1)
    assert ledger.left(alice, [ROOM], clock.now()) == 0
    later = clock.now() + timedelta(days=5)
    ledger.grant(alice, ROOM, 60, source=Source("manual", None, "next"), valid_from=later)
    assert (ledger.left(alice, [ROOM], clock.now()), ledger.left(alice, [ROOM], later)) == (0, 60)


def test_expiry_empties_a_grant_with_an_entry_of_its_own(inside: House) -> None:
    given_ = _give(_alice(inside), 60, "over", days=-1)
    assert ledger.expire(clock.now()) == 1
    assert ledger.expire(clock.now()) == 0
    db.session.refresh(given_)
    assert given_.remaining == 0
    assert [entry.direction for entry in given_.entries] == ["grant", "expire"]


def test_entries_can_t_be_rewritten_or_removed(inside: House) -> None:
    _give(_alice(inside), 60, "one")
    for statement in (sa.update(LedgerEntry).values(quantity=6000), sa.delete(LedgerEntry)):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(statement)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(["grant", "spend", "back", "expire"]), st.integers(1, 200)), max_size=12))
def test_what_is_left_is_always_the_sum_of_the_entries(inside: House, steps: list[tuple[str, int]]) -> None:
    alice = _alice(inside)
    spends: list[Source] = []
    for what, quantity in steps:
        if what == "grant":
            _give(alice, quantity, str(new_id()), days=quantity - 20)
        elif what == "spend":
            spends.append(_source(str(new_id())))
            if ledger.left(alice, [ROOM], clock.now()) >= quantity:
                ledger.spend(alice, [ROOM], quantity, clock.now(), spends[-1])
        elif what == "back" and spends:
            ledger.give_back(spends[quantity % len(spends)])
        elif what == "expire":
            ledger.expire(clock.now())
    sums = (
        sa.select(Grant.id, Grant.remaining, sa.func.sum(LedgerEntry.quantity)).join(LedgerEntry, LedgerEntry.grant_id == Grant.id).group_by(Grant.id)
    )
    for _id, remaining, entered in db.session.execute(sums):
        assert remaining == entered
    db.session.rollback()


def _spend_at_once(app: Flask, house: House, number: int, careful: bool) -> bool:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        person = db.session.get_one(Person, house.alice.id)
        try:
            if careful:
                ledger.spend(person, [ROOM], 30, clock.now(), Source("booking", None, f"race:{number}"))
            else:
                _spend_carelessly(person)
            db.session.commit()
        except NotEnough:
            db.session.rollback()
            return False
        finally:
            db.session.remove()
        return True


def _spend_carelessly(person: Person) -> None:
    """Reads, thinks and writes what it thought: the fault that the ledger exists to prevent."""
    from coworking.core.db import reading

    with reading():
        rest = db.session.scalar(sa.select(Grant.remaining).where(Grant.person_id == person.id)) or 0
    db.session.rollback()
    # Long enough for the others to read too.
    time.sleep(0.2)
    if rest < 30:
        raise NotEnough(rest)
    db.session.execute(sa.update(Grant).values(remaining=rest - 30))


@pytest.mark.parametrize("careful", [True, False], ids=["as it is", "control: read, then write"])
def test_many_at_once_never_overspend(app: Flask, bergen: House, careful: bool) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        _give(_alice(bergen), 150, "one")
        db.session.commit()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        served = sum(pool.map(lambda number: _spend_at_once(app, bergen, number, careful), range(AT_ONCE)))
    assert (served == 5) is careful
