"""The papers of an invoice: PDF with the electronic invoice inside, UBL, and statements. Made from the sealed row alone.

A paper is made when it is first asked for and kept under a key of its content: the same row makes the same bytes.
"""

import base64
import hashlib
import hmac
from contextlib import suppress
from decimal import Decimal
from typing import Any

from coworking.config import secret_key
from coworking.core import files, i18n
from coworking.core.files import NoSuchFile
from coworking.core.money import Money
from coworking.core.settings import config
from coworking.papers import facturx, ubl
from coworking.papers.paper import FRENCH_DIRECTORY, NORWEGIAN_ORG, UK_VAT, Bank, Brand, Credited, Endpoint, Line, Paper, Party, Tax
from coworking.tax import reasons

from .models import Invoice, InvoiceLine, InvoiceTax

PDF = "application/pdf"


def pdf(invoice: Invoice) -> bytes:
    """The issued paper as PDF/A-3 with Factur-X inside; made now unless it is kept already."""
    key = pdf_key(invoice)
    with suppress(NoSuchFile):
        return files.read(key)
    made = facturx.render(paper_of(invoice))
    files.store_under(key, made)
    return made


def pdf_key(invoice: Invoice) -> str:
    """Where the PDF is kept: named by the seal, which nobody outside can guess."""
    secret = secret_key(config()).encode()
    name = hmac.new(secret, f"invoice:{invoice.id}:{invoice.hash}".encode(), hashlib.sha256).digest()[:16]
    return files.private_key(base64.urlsafe_b64encode(name).rstrip(b"=").decode(), PDF)


def xml(invoice: Invoice) -> bytes:
    """The issued paper in UBL: EHF and Peppol BIS 3 where both parties can be reached there."""
    return ubl.invoice(paper_of(invoice))


def file_name(invoice: Invoice, ending: str) -> str:
    """What a download is called: ``KV-000123.pdf``."""
    return f"{invoice.label}.{ending}"


def paper_of(invoice: Invoice) -> Paper:
    """Everything that the issued invoice or credit note says. Raises DoesNotAddUp or LacksMention."""
    assert invoice.issued_on is not None  # noqa: S101 - the caller has an issued paper
    assert invoice.delivered_from is not None  # noqa: S101
    assert invoice.delivered_to is not None  # noqa: S101
    seller, buyer = invoice.seller, invoice.buyer
    prepaid = Money(invoice.prepaid, invoice.currency)
    with i18n.speaking(invoice.locale):
        taxes = tuple(_tax(tax, invoice) for tax in invoice.taxes)
    return Paper(
        kind="credit_note" if invoice.is_credit_note else "invoice",
        label=invoice.label,
        issued_on=invoice.issued_on,
        delivered_from=invoice.delivered_from,
        delivered_to=invoice.delivered_to,
        delivered_at=seller.get("place", ""),
        seller=seller_party(seller, to_consumer=not buyer["is_business"]),
        buyer=buyer_party(buyer),
        lines=tuple(_line(line, invoice.currency) for line in invoice.lines),
        taxes=taxes,
        net=Money(invoice.net, invoice.currency),
        vat=Money(invoice.vat, invoice.currency),
        gross=invoice.total,
        prepaid=prepaid,
        due=invoice.total - prepaid,
        locale=invoice.locale,
        due_on=invoice.due_on,
        reference=invoice.reference,
        purchase_order=buyer["order_reference"],
        buyer_reference=buyer["order_reference"] or str(buyer["number"]),
        bank=Bank(seller["bank"]["iban"], seller["bank"]["bic"], seller["bank"]["account"], seller["name"]),
        credits=_credits(invoice),
        late_interest=seller["late_interest"],
        note=invoice.note,
        brand=brand_of(seller),
        fingerprint=invoice.hash,
        vat_local=_vat_at_home(seller.get("vat_at_home")),
    )


def _vat_at_home(said: dict[str, Any] | None) -> Money | None:
    return Money(said["vat"], said["currency"]) if said else None


def seller_party(seller: dict[str, Any], *, to_consumer: bool = False) -> Party:
    """The seller as copied onto the paper; consumers are told the mediator (Code de la consommation, L616-1)."""
    said = [*seller["legal_lines"], *([seller["mediator"]] if to_consumer and seller["mediator"] else [])]
    return Party(**_plain(seller), legal_lines=tuple(said), phone=seller["phone"], endpoint=_endpoint(seller))


def buyer_party(buyer: dict[str, Any]) -> Party:
    """The buyer as copied onto the paper."""
    endpoint = _endpoint(buyer) if buyer["is_business"] else None
    return Party(**_plain(buyer), is_business=buyer["is_business"], endpoint=endpoint)


def brand_of(seller: dict[str, Any]) -> Brand:
    """How the operator looked when the paper was issued; without a logo that is gone meanwhile."""
    logo = b""
    with suppress(NoSuchFile):
        logo = files.read(seller["logo_file"])
    return Brand(seller["brand"], seller["hue"], seller["chroma"], logo)


def _plain(party: dict[str, Any]) -> dict[str, Any]:
    return {name: party[name] for name in ("name", "country", "street", "postcode", "city", "org_number", "vat_number", "email")}


def _endpoint(party: dict[str, Any]) -> Endpoint | None:
    digits = "".join(sign for sign in party["org_number"] if sign.isdigit())
    if party["country"] == "NO" and len(digits) == 9:
        return Endpoint(NORWEGIAN_ORG, digits)
    if party["country"] == "FR" and len(digits) in (9, 14):
        return Endpoint(FRENCH_DIRECTORY, digits[:9])
    number = party["vat_number"].replace(" ", "").upper()
    return Endpoint(UK_VAT, number if number.startswith("GB") else f"GB{number}") if party["country"] == "GB" and number else None


def _line(line: InvoiceLine, currency: str) -> Line:
    quantity = Decimal(line.quantity) / 1000
    net = Money(line.net, currency)
    return Line(
        position=line.position, description=line.description, details=tuple(line.detail), quantity=quantity, unit=line.unit,
        unit_net=net.share(1000, line.quantity), net=net, vat_category=line.vat_category, vat_rate=line.vat_rate,  # type: ignore[arg-type]
        starts_on=line.period_start, ends_on=line.period_end,
    )  # fmt: skip


def _tax(tax: InvoiceTax, invoice: Invoice) -> Tax:
    reason = reasons.sentence(tax.reason, invoice.seller["country"]) if tax.reason else ""
    net, vat = Money(tax.net, invoice.currency), Money(tax.vat, invoice.currency)
    return Tax(tax.category, tax.rate, net, vat, reason, reasons.code(tax.reason))  # type: ignore[arg-type]


def _credits(invoice: Invoice) -> tuple[Credited, ...]:
    before = invoice.credited
    return (Credited(before.label, before.issued_on),) if before is not None and before.issued_on is not None else ()
