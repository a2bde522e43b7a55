"""Accounts: one a payer, customer numbers counted up, and the company pays for whom it seats."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from coworking.billing import accounts
from coworking.billing.models import Account
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.company import Company, Seat
from coworking.people.models import Person
from tests.billing.helpers import own
from tests.cast import House


def test_a_person_has_one_account_and_the_next_number(inside: House) -> None:
    alice, bob = own(inside.alice), own(inside.bob)
    first = accounts.account_of(alice)
    assert accounts.account_of(alice) is first
    assert (first.number, accounts.account_of(bob).number) == (1001, 1002)
    assert (first.name, first.email, first.country, first.currency, first.locale) == (alice.name, alice.email, "NO", "NOK", "nb")


def test_reading_opens_no_account(inside: House) -> None:
    assert accounts.known_payer_for(own(inside.alice)) is None
    assert db.session.scalar(sa.select(sa.func.count(Account.id))) == 0


def test_a_company_pays_for_the_people_it_seats_until_they_leave(inside: House) -> None:
    alice, bob = own(inside.alice), own(inside.bob)
    company = Company(name="Nordlys AS")
    db.session.add(company)
    db.session.flush()
    seat = Seat(company_id=company.id, person_id=bob.id)
    db.session.add_all([Seat(company_id=company.id, person_id=alice.id, admin=True), seat])
    db.session.flush()
    paying = accounts.payer_for(bob)
    assert (paying.company_id, paying.name, paying.email, paying.is_business) == (company.id, "Nordlys AS", alice.email, True)
    assert accounts.may_see(alice, paying)
    assert not accounts.may_see(bob, paying)
    seat.left_at = clock.now()
    db.session.flush()
    assert accounts.payer_for(bob).person_id == bob.id


def test_many_at_once_get_numbers_of_their_own(app: Flask, bergen: House) -> None:
    people = [bergen.alice, bergen.bob, bergen.siri, bergen.mats, bergen.arne, bergen.olga]

    def open_one(person: Person) -> int:
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            number = accounts.account_of(db.session.get_one(Person, person.id)).number
            db.session.commit()
            return number

    with ThreadPoolExecutor(12) as pool:
        numbers = list(pool.map(open_one, people * 2))
    assert numbers[:6] == numbers[6:]
    assert sorted(numbers[:6]) == list(range(1001, 1007))
