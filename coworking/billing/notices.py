"""Mails about an unpaid invoice: what is owed, what happens next and when, and how to pay. In the payer's language."""

from coworking.core import clock, i18n, mail
from coworking.core.db import db
from coworking.core.links import absolute_url, operator_in_force
from coworking.payments.failures import Failure
from coworking.people.models import Person

from . import balance, overdue, references
from .models import Account, Arrears, Invoice
from .settings import settings_of


def standing(case: Arrears, what: str, failure: str = "") -> None:
    """Tell the payer about a step: reminder, warning, failed, hold, last, ended or restored."""
    account, invoice = db.session.get_one(Account, case.account_id), db.session.get_one(Invoice, case.invoice_id)
    owed = balance.open_amount(invoice)
    if not account.email or (what != "restored" and (case.closed_at is not None or owed.minor <= 0)):
        return
    operator, locale = operator_in_force(), locale_of(account)
    settings = settings_of(operator)
    retry = overdue.next_retry(case, invoice) if what == "failed" else None
    with i18n.speaking(locale):
        mail.post(
            to=account.email,
            template="emails/billing/standing",
            locale=locale,
            what=what,
            account=account,
            label=invoice.label,
            owed=i18n.money(owed),
            due=i18n.short_date(invoice.due_on) if invoice.due_on else "",
            hold=i18n.short_date(overdue.holds_on(case, invoice)),
            end=i18n.short_date(overdue.ends_on(case, invoice)),
            retry=i18n.short_date(clock.wall_day(retry, operator.zone)) if retry else "",
            why=str(Failure(failure).sentence) if failure else "",
            iban=settings.iban or settings.bank_account,
            reference=references.spaced(invoice.reference),
            url=absolute_url("billing.pay", invoice_id=invoice.id),
        )


def locale_of(account: Account) -> str:
    """The language of the payer: the person's own choice, else the account's."""
    operator = operator_in_force()
    person = db.session.get(Person, account.person_id) if account.person_id is not None else None
    wanted = (person.locale if person is not None else None) or account.locale
    first: str = operator.default_locale
    return wanted if wanted in operator.locales else first
