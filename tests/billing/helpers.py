"""What tests of billing need again and again: people, charges, and a number for each."""

from datetime import date
from itertools import count
from typing import Any

from coworking.billing import invoicing
from coworking.billing.accounts import account_of
from coworking.billing.charging import charge
from coworking.billing.models import Account, Charge, Invoice, Payment, PaymentState
from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.people.models import Person
from coworking.tax.rates import VatClass

DAY = date(2026, 11, 30)
_numbers = count(1)


def own(person: Person) -> Person:
    """The person, attached to this session."""
    return db.session.get_one(Person, person.id)


def account(person: Person) -> Account:
    """The person's account."""
    return account_of(own(person))


def charged(payer: Account, minor: int = 12_500, currency: str = "NOK", **facts: Any) -> Charge:
    """A charge of one day, with VAT inside, that a bill run may take at once."""
    known: dict[str, Any] = {
        "source_kind": "manual",
        "source_id": None,
        "source_key": f"test:{next(_numbers)}",
        "rule": "manual",
        "facts": {"text": "A desk"},
        "period_start": DAY,
        "period_end": DAY,
        "due_from": DAY,
        "vat_class": VatClass.SPACE,
        "vat_country": payer.country,
    }
    return charge(payer, amount=Money(minor, currency), **{**known, **facts})


def issued(payer: Account, minor: int = 12_500, **facts: Any) -> Invoice:
    """An invoice over one more charge and whatever else is open, issued on DAY."""
    charged(payer, minor, **facts)
    drafted = invoicing.draft(payer, DAY)
    assert drafted is not None
    return invoicing.issue(drafted, DAY)


def paid(invoice: Invoice, minor: int, purpose: str = "") -> Payment:
    """Money that came from the invoice's payer, not yet allocated."""
    payment = Payment(
        account_id=invoice.account_id, how="transfer", idempotency_key=f"test:{next(_numbers)}", amount=minor, currency=invoice.currency,
        purpose=purpose, state=PaymentState.SUCCEEDED.value, received_at=clock.now(),
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payment
