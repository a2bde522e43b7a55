"""What a company's people used in a month: the month of the wall, its first day and its last."""

from datetime import date

from coworking.billing import accounts, charging
from coworking.core.db import db
from coworking.core.money import Money
from coworking.memberships import usage
from coworking.people import companies
from coworking.people.models import Person
from tests.cast import House


def test_charges_count_in_the_month_that_they_are_for(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    company = companies.found("Nordlys", alice)
    account = accounts.account_of_company(company)
    for day, amount in ((date(2026, 11, 30), 100), (date(2026, 12, 1), 2000), (date(2026, 12, 31), 30000), (date(2027, 1, 1), 400000)):
        charging.charge(
            account, source_kind="manual", source_id=None, source_key=str(day), rule="manual", facts={}, amount=Money(amount, "NOK"),
            period_start=day, period_end=day, due_from=day, person=alice,
        )  # fmt: skip
    used = usage.by_person(company, account, date(2026, 12, 15), "Europe/Oslo", "NOK")
    assert {person: each.charged.minor for person, each in used.items()} == {alice.id: 32000}
