"""Mails that carry a paper. The subject is the fact."""

from coworking.core import i18n, mail
from coworking.core.links import absolute_url
from coworking.core.money import Money

from . import references
from .models import Invoice


def invoice(paper: Invoice, pdf: bytes, name: str, owed: Money) -> None:
    """Send an issued paper to its payer, with the PDF."""
    with i18n.speaking(paper.locale):
        context = {
            "paper": paper,
            "total": i18n.money(paper.total),
            "owed": i18n.money(owed) if owed.minor > 0 else "",
            "due_on": i18n.short_date(paper.due_on) if paper.due_on else "",
            "credited": paper.credited.label if paper.credited is not None else "",
            "reference": references.spaced(paper.reference),
            "url": absolute_url("billing.show", invoice_id=paper.id),
        }
    mail.post(
        to=paper.account.email,
        template="emails/billing/credit_note" if paper.is_credit_note else "emails/billing/invoice",
        locale=paper.locale,
        context=context,
        attachments=[mail.Attachment(name, "application/pdf", pdf)],
    )
