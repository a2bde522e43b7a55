"""Checking a payer's VAT number: form and digits at once, the EU's register later and only where the operator asks for it.

The register never holds up an invoice: while it is silent, what the digits say counts. A number that it refuses no longer
takes VAT off later invoices.
"""

from uuid import UUID

from coworking.core import clock
from coworking.core.db import db, reading, release
from coworking.core.jobs import enqueue, job
from coworking.core.links import operator_in_force
from coworking.tax.treating import EU
from coworking.tax.vat_numbers import Answer, Check, Register, Vies, compact

from .models import Account
from .settings import settings_of

ASK = "billing.ask_vat_register"
REGISTER: Register = Vies()


def take_number(account: Account, typed: str) -> bool:
    """Keep a VAT number as papers carry it; False, with nothing changed, where its form is wrong. Empty takes it away."""
    number = compact(typed, account.country) if typed.strip() else ""
    if typed.strip() and not number:
        return False
    if number == account.vat_number and account.vat_check:
        return True
    account.vat_number, account.vat_checked_at = number, clock.now() if number else None
    account.vat_check = Check.FORMAT.value if number else ""
    if number and account.country in EU and settings_of(operator_in_force()).check_vies:
        db.session.flush()
        enqueue(ASK, account_id=str(account.id), number=number)
    return True


@job(ASK, retries=12)
def ask(account_id: str, number: str) -> None:
    """Ask the register with no transaction open, and write down what it says. Silence is asked again later."""
    with reading():
        account = db.session.get(Account, UUID(account_id))
        if account is None or account.vat_number != number:
            return
        release()
    answer = REGISTER.ask(number)
    if answer is Answer.SILENT:
        raise TimeoutError("the register said nothing")
    account = db.session.get(Account, UUID(account_id), with_for_update=True, populate_existing=True)
    if account is not None and account.vat_number == number:
        account.vat_check = Check.VIES.value if answer is Answer.KNOWN else Check.REFUSED.value
        account.vat_checked_at = clock.now()
