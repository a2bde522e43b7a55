"""A worker that is broken on purpose: it charges before it writes down that it will, with a new key each time."""

import sys
from uuid import UUID

from coworking.billing import (
    collecting,
    gateways,
    overdue,
    payment_jobs,  # noqa: F401 - for its jobs, which have to be there before one is broken
    settling,
)
from coworking.billing.models import Account, Invoice, Payment, PaymentMethod
from coworking.core.db import db, keep, new_id
from coworking.core.jobs.registry import JOBS


def charge_first(invoice_id: str, attempt: str) -> None:
    """Ask, then write."""
    invoice = db.session.get_one(Invoice, UUID(invoice_id))
    account = db.session.get_one(Account, invoice.account_id)
    method = db.session.query(PaymentMethod).filter_by(account_id=account.id).first()
    assert method is not None
    key, purpose = f"{attempt}:{new_id()}", collecting.purpose_of(invoice.id)
    payment = Payment(
        id=new_id(), account_id=account.id, how="card", provider=gateways.STRIPE, purpose=purpose, idempotency_key=key,
        amount=invoice.gross, currency=invoice.currency, method_id=method.id,
    )  # fmt: skip
    money, customer, token, payment_id = payment.money, account.provider_customer, method.token, payment.id
    keep()
    outcome = gateways.payments().charge_saved(
        customer=customer, method=token, amount=money, description="x", idempotency_key=key, metadata={"payment": str(payment_id), "purpose": purpose}
    )
    db.session.add(payment)
    db.session.flush()
    settling.settle(payment, outcome)


if __name__ == "__main__":
    from dataclasses import replace

    from coworking.cli import worker

    sys.argv = ["worker"]
    name = overdue.COLLECT
    JOBS[name] = replace(JOBS[name], run=charge_first)
    from coworking import create_app

    with create_app().app_context():
        worker(standalone_mode=False)
