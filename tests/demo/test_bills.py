"""The demo's operators have books: months of papers that hold together, and something to do today."""

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.billing import balance, bill_preview, hashing
from coworking.billing.models import Account, BankLine, BillingSettings, Deposit, Invoice, InvoiceKind, Payment
from coworking.billing.papers import paper_of
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.demo.data import OPERATORS
from coworking.memberships.models import Promotion
from coworking.operators.models import Operator
from coworking.people.company import Seat

from .conftest import NOW


@pytest.mark.parametrize("slug", OPERATORS)
def test_months_of_books_with_something_to_do(built: Flask, slug: str) -> None:
    with built.test_request_context(), tenancy.across_operators():
        operator = db.session.scalars(sa.select(Operator).where(Operator.slug == slug)).one()
    with built.test_request_context(), tenancy.acting_for(operator.id):
        papers = list(db.session.scalars(sa.select(Invoice)))
        assert len({paper.issued_on.replace(day=1) for paper in papers if paper.issued_on}) >= 4
        assert Counter(paper.kind for paper in papers)[InvoiceKind.CREDIT_NOTE.value] == 1
        assert all(paper_of(paper).label for paper in papers)
        kept = db.session.get_one(BillingSettings, operator.id)
        assert [hashing.verify(series) for series in (kept.series, kept.credit_series)] == [None, None]
        accounts = list(db.session.scalars(sa.select(Account)))
        standing = Counter(account.standing for account in accounts)
        assert (standing["grace"], standing["hold"], standing["ended"]) == (1, 1, 0)
        today = clock.wall_day(NOW, operator.zone)
        still_in_time = [invoice for account in accounts for invoice in balance.open_invoices(account) if invoice.due_on and invoice.due_on >= today]
        assert len(still_in_time) >= 2
        assert bill_preview.preview(today).accounts >= 1
        assert [line.state for line in db.session.scalars(sa.select(BankLine))] == ["open", "open"]
        assert any(deposit.received_at for deposit in db.session.scalars(sa.select(Deposit)))
        assert db.session.scalars(sa.select(Promotion)).one().percent == 50
        assert len(list(db.session.scalars(sa.select(Seat)))) >= 2
        assert all(payment.received_at and payment.received_at <= NOW for payment in db.session.scalars(sa.select(Payment)))
