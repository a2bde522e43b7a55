"""An invoice or credit note as a PDF in its reader's language, with what the seller's country demands on paper."""

from typing import Any

from flask_babel import gettext as _

from coworking.core.i18n import short_date, speaking
from coworking.core.money import Money

from . import letter, mentions, typeset
from .paper import Line, Paper, Tax
from .wording import account, amount, figure, percent, quantity, span

_Rows = list[tuple[str, str]]


def render(paper: Paper, attachment: typeset.Attachment | None = None) -> bytes:
    """The paper as PDF/A-3a and PDF/UA-1; the same paper makes the same bytes. Needs an application context for its texts.

    For a PDF with its electronic invoice inside, see ``facturx.render``.
    """
    return typeset.pdf("paper", contents(paper), paper.issued_on, logo=paper.brand.logo, attachment=attachment)


def contents(paper: Paper) -> dict[str, Any]:
    """All words and figures of the paper, in its reader's language."""
    with speaking(paper.locale):
        heading = _("Credit note %(label)s", label=paper.label) if paper.is_credit else _("Invoice %(label)s", label=paper.label)
        return letter.frame(heading, paper.seller, paper.buyer, paper.brand, paper.locale, paper.fingerprint) | {
            "heading": heading,
            "buyer-heading": _("Credited to") if paper.is_credit else _("Billed to"),
            "facts": _facts(paper),
            "pay": _payment(paper),
            "columns": [_("Description"), _("Quantity"), _("Unit price"), _("VAT"), _("Net, %(currency)s", currency=paper.currency)],
            "rows": _rows(paper),
            "vat-columns": [_("VAT rate"), _("Net"), _("VAT")],
            "vat-rows": [(_rate(tax), figure(tax.net), figure(tax.vat)) for tax in paper.taxes],
            "totals": _totals(paper),
            "notes": [text for text in (paper.note, paper.terms) if text],
            "mentions": [*_reasons(paper), *mentions.of(paper)],
        }


def _facts(paper: Paper) -> _Rows:
    credited = ", ".join(_("%(label)s of %(day)s", label=one.label, day=short_date(one.issued_on)) for one in paper.credits)
    rows = [
        (_("Issued"), short_date(paper.issued_on)),
        (_("Credits invoice"), credited),
        (_("Delivered"), span(paper.delivered_from, paper.delivered_to)),
        (_("Place of delivery"), paper.delivered_at),
        (_("Tax point"), short_date(paper.tax_point) if paper.tax_point else ""),
        (_("Your reference"), paper.buyer_reference if paper.buyer_reference != paper.purchase_order else ""),
        (_("Purchase order"), paper.purchase_order),
    ]
    return [(name, value) for name, value in rows if value]


def _payment(paper: Paper) -> dict[str, Any]:
    if paper.is_credit:
        return {"label": _("Credited to you"), "amount": amount(paper.due), "facts": []}
    if paper.due.minor <= 0:
        return {"label": _("Nothing left to pay"), "amount": amount(paper.due), "facts": []}
    # In Norway the payment reference has a name of its own that banks ask for.
    reference = "KID" if paper.seller.country == "NO" else _("Payment reference")
    rows = [
        (_("Due"), short_date(paper.due_on) if paper.due_on else ""),
        (reference, paper.reference),
        (_("Bank account"), paper.bank.account),
        ("IBAN", account(paper.bank.iban)),
        ("BIC", paper.bank.bic),
    ]
    return {"label": _("To pay"), "amount": amount(paper.due), "facts": [(name, value) for name, value in rows if value]}


def _rows(paper: Paper) -> list[dict[str, Any]]:
    running, rows = Money(0, paper.currency), []
    for line in paper.lines:
        running += line.net
        rows.append(_row(line) | {"running": figure(running)})
    return rows


def _row(line: Line) -> dict[str, Any]:
    period = span(line.starts_on, line.ends_on) if line.starts_on and line.ends_on else ""
    return {
        "text": line.description,
        "details": [text for text in (period, *line.details) if text],
        "quantity": quantity(line.quantity, line.unit),
        "price": figure(line.unit_net),
        "vat": percent(line.vat_rate) if line.vat_category in ("S", "Z") else "–",
        "net": figure(line.net),
    }


def _rate(tax: Tax) -> str:
    words = {"E": _("Exempt"), "AE": _("Reverse charge"), "O": _("Outside VAT")}
    return words.get(tax.category) or percent(tax.rate)


def _totals(paper: Paper) -> _Rows:
    rows = [(_("Net"), amount(paper.net)), (_("VAT"), amount(paper.vat))]
    if paper.vat_local is not None:
        # Bokføringsforskriften § 5-1-1, VAT directive art. 230, VAT Regulations 1995 reg. 14(1): VAT in the seller's own currency.
        rows.append((_("VAT in %(currency)s", currency=paper.vat_local.currency), amount(paper.vat_local)))
    rows.append((_("Total with VAT"), amount(paper.gross)))
    if paper.prepaid:
        rows += [(_("Already paid"), amount(Money(0, paper.currency) - paper.prepaid)), (_("To pay"), amount(paper.due))]
    return rows


def _reasons(paper: Paper) -> list[str]:
    return list(dict.fromkeys(tax.reason for tax in paper.taxes if tax.reason))
