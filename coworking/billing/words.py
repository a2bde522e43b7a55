"""Papers in the reader's words: how one stands, what kinds there are, why an account is odd."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from .bill_preview import Odd
from .models import Invoice

ODD = {
    Odd.GIVES_BACK: lazy_gettext("More is given back than charged: credit notes come of it, no invoice"),
    Odd.NO_ADDRESS: lazy_gettext("No e-mail address to send it to"),
    Odd.UNCHECKED_NUMBER: lazy_gettext("The VAT number is not confirmed"),
    Odd.MUCH_MORE: lazy_gettext("More than three times the last invoice"),
    Odd.ON_HOLD: lazy_gettext("On hold for an unpaid invoice"),
}
TROUBLE = {
    "UnknownCountry": lazy_gettext("There is no VAT table for the country of a charge"),
    "NoRate": lazy_gettext("The exchange rate that its paper must carry is missing: enter it under Settings, Billing"),
    "NothingToBill": lazy_gettext("More is given back than charged"),
}
ELSE_TROUBLE = lazy_gettext("Its invoice did not add up: open the account and look at its charges")


def standing(invoice: Invoice, owed: int, today: date) -> tuple[str, str]:
    """How a paper stands, as the kind and words of a tag. ``owed`` in minor units."""
    if not invoice.is_issued:
        return "", _("Draft")
    if invoice.is_credit_note:
        return "acc", _("Credit note")
    if owed <= 0:
        return "ok", _("Paid")
    if invoice.due_on is not None and invoice.due_on < today:
        return "bad", _("Overdue")
    return "sun", _("Part paid") if owed < invoice.gross else _("Unpaid")


def heading(invoice: Invoice) -> str:
    """What a paper is called."""
    if not invoice.is_issued:
        return _("Draft invoice")
    return _("Credit note %(number)s", number=invoice.label) if invoice.is_credit_note else _("Invoice %(number)s", number=invoice.label)
