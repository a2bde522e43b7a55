"""Where the pages of bills and payments hang, and whose they are."""

from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort
from flask_login import current_user

from coworking.core.db import db

from ..accounts import readable_by
from ..models import Account, Deposit, Invoice, InvoiceState, Payment, PaymentMethod

blueprint = Blueprint("billing", __name__)


def own_account(account_id: UUID) -> Account:
    """An account whose papers the person may read; 404 for anybody else's, the same as for none."""
    if account_id not in readable_by(current_user):
        abort(404)
    return db.session.get(Account, account_id) or abort(404)


def own_accounts() -> list[Account]:
    """The person's own account and those of companies that they run."""
    return list(db.session.scalars(sa.select(Account).where(Account.id.in_(readable_by(current_user))).order_by(Account.number)))


def own_invoice(invoice_id: UUID) -> Invoice:
    """An issued paper of one of the person's accounts; 404 for anybody else's."""
    wanted = sa.select(Invoice).where(Invoice.id == invoice_id, Invoice.state == InvoiceState.ISSUED.value)
    invoice = db.session.scalar(wanted) or abort(404)
    own_account(invoice.account_id)
    return invoice


def own_payment(payment_id: UUID) -> Payment:
    """A payment from one of the person's accounts; 404 for anybody else's."""
    payment = db.session.get(Payment, payment_id) or abort(404)
    own_account(payment.account_id)
    return payment


def own_method(method_id: UUID) -> PaymentMethod:
    """A saved card or account of the person's; 404 for anybody else's, and once it is removed."""
    method = db.session.get(PaymentMethod, method_id)
    if method is None or method.removed_at is not None:
        abort(404)
    own_account(method.account_id)
    return method


def own_deposit(deposit_id: UUID) -> Deposit:
    """A deposit that one of the person's accounts was asked for; 404 for anybody else's."""
    deposit = db.session.get(Deposit, deposit_id) or abort(404)
    own_account(deposit.account_id)
    return deposit
