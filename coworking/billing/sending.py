"""Sending papers: by a job, because making a PDF takes longer than anybody should hold the database."""

from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db, reading, release
from coworking.core.jobs import enqueue, job

from . import balance, emails, papers
from .models import Invoice, InvoiceSending

SEND = "billing.send_paper"


def send(invoice: Invoice, by: UUID | None = None) -> bool:
    """Mail an issued paper after this transaction; False where its payer has no address."""
    if not invoice.is_issued or not invoice.account.email:
        return False
    enqueue(SEND, invoice_id=str(invoice.id), by=str(by) if by else None)
    return True


@job(SEND)
def send_paper(invoice_id: str, by: str | None = None) -> None:
    """Make the paper with no transaction open, then mail it and note that it was sent."""
    with reading():
        invoice = db.session.get(Invoice, UUID(invoice_id))
        if invoice is None or not invoice.is_issued or not invoice.account.email:
            return
        pdf, owed = papers.pdf(invoice), balance.open_amount(invoice)
        release()
    invoice = db.session.get_one(Invoice, UUID(invoice_id))
    emails.invoice(invoice, pdf, papers.file_name(invoice, "pdf"), owed)
    db.session.add(InvoiceSending(invoice_id=invoice.id, address=invoice.account.email, sent_by_id=UUID(by) if by else None))


def sendings(invoice: Invoice) -> list[InvoiceSending]:
    """When and to whom the paper was mailed, oldest first."""
    return list(db.session.scalars(sa.select(InvoiceSending).where(InvoiceSending.invoice_id == invoice.id).order_by(InvoiceSending.sent_at)))
