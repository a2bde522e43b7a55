"""Statements of account: every paper and payment of a period in one currency, and what that leaves."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from coworking.core import clock, i18n, tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from coworking.papers.statement import Movement, Statement, render

from . import papers, parties
from .models import Account, Invoice, InvoiceState, Payment, PaymentState, Refund
from .settings import settings_of

_CAME = (PaymentState.SUCCEEDED.value,)


def pdf(account: Account, currency: str, starts_on: date, ends_on: date) -> bytes:
    """The statement as a PDF, in the payer's language; both days included."""
    return render(statement(account, currency, starts_on, ends_on))


def statement(account: Account, currency: str, starts_on: date, ends_on: date) -> Statement:
    """What was billed, credited, paid and paid back from ``starts_on`` to ``ends_on``, both on the operator's wall."""
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    seller = parties.seller_of(operator, settings_of(operator))
    with i18n.speaking(account.locale):
        all_ = sorted(_movements(account, currency, operator.zone), key=lambda each: each.day)
    before = sum(each.charged.minor for each in all_ if each.day < starts_on)
    return Statement(
        seller=papers.seller_party(seller),
        buyer=papers.buyer_party(parties.buyer_of(account)),
        issued_on=clock.today(operator.zone),
        starts_on=starts_on,
        ends_on=ends_on,
        opening=Money(before, currency),
        movements=tuple(each for each in all_ if starts_on <= each.day <= ends_on),
        locale=account.locale,
        brand=papers.brand_of(seller),
    )


def _movements(account: Account, currency: str, zone: str) -> Iterator[Movement]:
    issued = (Invoice.account_id == account.id, Invoice.currency == currency, Invoice.state == InvoiceState.ISSUED.value)
    for paper in db.session.scalars(sa.select(Invoice).where(*issued).order_by(Invoice.issued_at)):
        words = _("Credit note %(number)s", number=paper.label) if paper.is_credit_note else _("Invoice %(number)s", number=paper.label)
        yield Movement(paper.issued_on or date.min, words, paper.total * (-1 if paper.is_credit_note else 1))
    mine = (Payment.account_id == account.id, Payment.currency == currency, ~Payment.purpose.startswith("deposit"))
    for payment in db.session.scalars(sa.select(Payment).where(*mine, Payment.received_at.is_not(None), Payment.state.in_(_CAME))):
        assert payment.received_at is not None  # noqa: S101 - asked for
        yield Movement(clock.wall_day(payment.received_at, zone), _("Payment"), payment.money * -1)
    back = sa.select(Refund).join(Payment, sa.and_(Payment.id == Refund.payment_id, Payment.operator_id == Refund.operator_id))
    for refund in db.session.scalars(back.where(*mine, Refund.state == PaymentState.SUCCEEDED.value)):
        yield Movement(clock.wall_day(refund.created_at, zone), _("Paid back"), Money(refund.amount, currency))
