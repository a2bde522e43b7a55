"""What a law holds outlives the person whose it was: the database lets go of the person, and of nothing else."""

import pytest
from sqlalchemy.exc import IntegrityError

from coworking.billing.accounts import account_of
from coworking.core.db import db
from coworking.people.company import Company
from tests.cast import House


def test_a_payer_stays_when_the_person_goes(inside: House) -> None:
    account = account_of(inside.alice)
    account.person_id = None
    db.session.flush()


def test_a_payer_is_never_two_at_once(inside: House) -> None:
    account = account_of(inside.alice)
    company = Company(name="Fjord AS")
    db.session.add(company)
    db.session.flush()
    account.company_id = company.id
    with pytest.raises(IntegrityError):
        db.session.flush()
