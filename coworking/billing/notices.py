"""Mails about an unpaid invoice: what is owed, what happens next and when, and how to pay. In the payer's language."""

import sqlalchemy as sa

from coworking.core import clock, i18n, mail
from coworking.core.db import db
from coworking.core.links import absolute_url, operator_in_force
from coworking.payments.failures import Failure
from coworking.people.models import Person

from . import balance, overdue, references
from .models import Account, Allocation, Arrears, Invoice, Payment, PaymentState
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


def received(payment: Payment) -> None:
    """Tell the payer that a payment arrived and which invoices it went to. Nothing for one that was taken back since."""
    account = db.session.get_one(Account, payment.account_id)
    if not account.email or payment.state != PaymentState.SUCCEEDED.value:
        return
    paid = sa.select(Allocation.invoice_id).where(Allocation.payment_id == payment.id)
    invoices = db.session.scalars(sa.select(Invoice).where(Invoice.id.in_(paid)).order_by(Invoice.issued_on, Invoice.id)).all()
    locale = locale_of(account)
    with i18n.speaking(locale):
        mail.post(
            to=account.email,
            template="emails/billing/received",
            locale=locale,
            amount=i18n.money(payment.money),
            labels=[invoice.label for invoice in invoices],
            owed=[(invoice.label, i18n.money(left)) for invoice in invoices if (left := balance.open_amount(invoice)).minor > 0],
            day=i18n.short_date(clock.wall_day(payment.received_at or payment.created_at, operator_in_force().zone)),
            url=absolute_url("billing.index"),
        )


def disputed(payment: Payment, state: str) -> None:
    """Tell the operator that a payer went to their bank: open, won or lost. The bank sets a time to answer in."""
    operator = operator_in_force()
    account = db.session.get_one(Account, payment.account_id)
    with i18n.speaking(operator.default_locale):
        mail.post(
            to=operator.email,
            template="emails/billing/disputed",
            locale=operator.default_locale,
            state=state,
            amount=i18n.money(payment.money),
            payer=account.label,
            url=absolute_url("desk.payments"),
        )


def locale_of(account: Account) -> str:
    """The language of the payer: the person's own choice, else the account's."""
    operator = operator_in_force()
    person = db.session.get(Person, account.person_id) if account.person_id is not None else None
    wanted = (person.locale if person is not None else None) or account.locale
    first: str = operator.default_locale
    return wanted if wanted in operator.locales else first
