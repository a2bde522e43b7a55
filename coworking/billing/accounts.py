"""Who is billed: the one account of a person or of a company, opened when it is first needed."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import db, new_id
from coworking.operators.models import Operator
from coworking.people.company import Company, Seat
from coworking.people.models import Person

from .models import Account

FIRST_NUMBER = 1001


def account_of(person: Person) -> Account:
    """The person's own account, opened where there is none yet. Writes: pages that only read ask ``known_account_of``."""
    return known_account_of(person) or _open(Account.person_id == person.id, person_id=person.id, **_from_person(person))


def proposed_account(person: Person) -> Account:
    """What the person's own account would say, not in the database: for pages that only read."""
    return Account(id=new_id(), number=0, street="", postcode="", city="", org_number="", vat_number="", order_reference="", **_from_person(person))


def account_of_company(company: Company) -> Account:
    """The company's account, opened where there is none yet."""
    return known_account_of_company(company) or _open(Account.company_id == company.id, company_id=company.id, **_from_company(company))


def known_account_of(person: Person) -> Account | None:
    """The person's own account, if there is one."""
    return db.session.scalar(sa.select(Account).where(Account.person_id == person.id))


def known_account_of_company(company: Company) -> Account | None:
    """The company's account, if there is one."""
    return db.session.scalar(sa.select(Account).where(Account.company_id == company.id))


def payer_for(person: Person) -> Account:
    """Who pays what the person uses: the company they have a seat in, else they themselves."""
    company = company_of(person)
    return account_of_company(company) if company is not None else account_of(person)


def known_payer_for(person: Person) -> Account | None:
    """Who pays what the person uses, without opening an account."""
    company = company_of(person)
    return known_account_of_company(company) if company is not None else known_account_of(person)


def company_of(person: Person) -> Company | None:
    """The open company in which the person has a seat now."""
    seats = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None))
    return db.session.scalar(sa.select(Company).where(Company.id.in_(seats), Company.closed_at.is_(None)))


def may_see(person: Person, account: Account) -> bool:
    """Whether the person may read the account's papers: their own, or their company's as its admin."""
    return account.id in readable_by(person)


def readable_by(person: Person) -> list[UUID]:
    """Ids of the accounts whose papers the person may read."""
    led = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None), Seat.admin.is_(True))
    return list(db.session.scalars(sa.select(Account.id).where(sa.or_(Account.person_id == person.id, Account.company_id.in_(led)))))


def _open(holder: sa.ColumnElement[bool], **facts: Any) -> Account:
    # The operator's row is the queue for customer numbers: who comes second waits here, then sees what the first one did.
    # NO KEY UPDATE leaves foreign keys to it alone.
    db.session.execute(sa.select(Operator.id).where(Operator.id == tenancy.current_operator_id()).with_for_update(key_share=True))
    if (before := db.session.scalar(sa.select(Account).where(holder))) is not None:
        return before
    last = db.session.scalar(sa.select(sa.func.max(Account.number)))
    account = Account(number=(last or FIRST_NUMBER - 1) + 1, **facts)
    db.session.add(account)
    db.session.flush()
    return account


def _from_person(person: Person) -> dict[str, Any]:
    business = person.buys_as_company and bool(person.company)
    return {**_terms(person), "name": person.company if business else person.name, "email": person.email, "is_business": business}


def _from_company(company: Company) -> dict[str, Any]:
    admin = next((seat.person for seat in company.seats if seat.admin and seat.left_at is None), None)
    email = admin.email if admin is not None else ""
    return {**_terms(admin), "name": company.name, "email": email, "is_business": True}


def _terms(reader: Person | None) -> dict[str, Any]:
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    locale = (reader.locale if reader is not None else None) or operator.default_locale
    return {"country": operator.country, "currency": operator.currency, "locale": locale}
