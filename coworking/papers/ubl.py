"""An invoice or credit note in UBL 2.1: EHF and Peppol BIS Billing 3 where both parties can be reached there."""

from datetime import date
from typing import TYPE_CHECKING

from coworking.core.money import Money

from . import identifiers
from .en16931 import CORE, Semantics, amount, number, price, rate
from .markup import Markup
from .paper import FRENCH_SIRET, Line, Paper, Party, demand

if TYPE_CHECKING:
    from lxml.etree import _Element

_BASE = "urn:oasis:names:specification:ubl:schema:xsd:"
_PEPPOL = f"{CORE}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_NORWEGIAN_REGISTER = "Foretaksregisteret"


def invoice(paper: Paper) -> bytes:
    """The paper as a UBL Invoice or CreditNote. Raises LacksMention."""
    demand(paper)
    return _Writer(paper).document()


def reachable(paper: Paper) -> bool:
    """Whether the paper can go over the Peppol network: both parties have an address there."""
    return bool(paper.seller.endpoint and paper.buyer.endpoint)


class _Writer(Markup):
    def __init__(self, paper: Paper) -> None:
        self.kind = "CreditNote" if paper.is_credit else "Invoice"
        names: dict[str | None, str] = {
            None: f"{_BASE}{self.kind}-2",
            "cac": f"{_BASE}CommonAggregateComponents-2",
            "cbc": f"{_BASE}CommonBasicComponents-2",
        }
        super().__init__(self.kind, names)
        self.paper = paper
        self.says = Semantics(paper)
        # France's own network has rules that Peppol's contradict: several notes, and another process.
        self.peppol = reachable(paper) and not paper.inside_france

    def document(self) -> bytes:
        self._head()
        self._references()
        self._party(self.path(self.root, "cac:AccountingSupplierParty", "cac:Party"), self.paper.seller, seller=True)
        self._party(self.path(self.root, "cac:AccountingCustomerParty", "cac:Party"), self.paper.buyer, seller=False)
        self._delivery()
        if self.says.payment_means:
            self._means()
        if self.says.terms:
            self.add(self.add(self.root, "cac:PaymentTerms"), "cbc:Note", self.says.terms)
        self._taxes()
        self._totals()
        for line in self.paper.lines:
            self._line(line)
        return self.bytes()

    def _head(self) -> None:
        paper, root = self.paper, self.root
        self.add(root, "cbc:CustomizationID", _PEPPOL if self.peppol else CORE)
        self.tell(root, "cbc:ProfileID", _PEPPOL_PROCESS if self.peppol else self.says.process)
        self.add(root, "cbc:ID", paper.label)
        self._day(root, "cbc:IssueDate", paper.issued_on)
        if paper.is_credit:
            self._day(root, "cbc:TaxPointDate", paper.tax_point)
        else:
            self._day(root, "cbc:DueDate", paper.due_on)
        self.add(root, f"cbc:{self.kind}TypeCode", self.says.type_code)
        for subject, text in self.says.notes:
            self.add(root, "cbc:Note", f"#{subject}#{text}" if subject else text)
        if not paper.is_credit:
            self._day(root, "cbc:TaxPointDate", paper.tax_point)
        self.add(root, "cbc:DocumentCurrencyCode", paper.currency)
        if paper.vat_local is not None:
            self.add(root, "cbc:TaxCurrencyCode", paper.vat_local.currency)
        # Peppol wants the buyer's own reference or order number (PEPPOL-EN16931-R003).
        fallback = "" if paper.purchase_order or not self.peppol else paper.buyer.attention or paper.buyer.name
        self.tell(root, "cbc:BuyerReference", paper.buyer_reference or fallback)

    def _references(self) -> None:
        self._span(self.root, *self.says.period)
        if self.paper.purchase_order:
            self.add(self.add(self.root, "cac:OrderReference"), "cbc:ID", self.paper.purchase_order)
        for credited in self.paper.credits:
            reference = self.path(self.root, "cac:BillingReference", "cac:InvoiceDocumentReference")
            self.add(reference, "cbc:ID", credited.label)
            self._day(reference, "cbc:IssueDate", credited.issued_on)

    def _party(self, node: "_Element", party: Party, *, seller: bool) -> None:
        if party.endpoint:
            self.add(node, "cbc:EndpointID", party.endpoint.id, schemeID=party.endpoint.scheme)
        if siret := identifiers.siret(party):
            self.add(self.add(node, "cac:PartyIdentification"), "cbc:ID", siret, schemeID=FRENCH_SIRET)
        self.add(self.add(node, "cac:PartyName"), "cbc:Name", party.name)
        address = self.add(node, "cac:PostalAddress")
        self.tell(address, "cbc:StreetName", party.street)
        self.tell(address, "cbc:CityName", party.city)
        self.tell(address, "cbc:PostalZone", party.postcode)
        self.add(self.add(address, "cac:Country"), "cbc:IdentificationCode", party.country)
        self._tax_schemes(node, party, seller=seller)
        legal = self.add(node, "cac:PartyLegalEntity")
        self.add(legal, "cbc:RegistrationName", party.name)
        number_, register = identifiers.registered(party)
        self.tell(legal, "cbc:CompanyID", number_, schemeID=register)
        if seller:
            self.tell(legal, "cbc:CompanyLegalForm", "\n".join(party.legal_lines))
        if party.attention or party.phone or party.email:
            contact = self.add(node, "cac:Contact")
            self.add(contact, "cbc:Name", party.attention or party.name)
            self.tell(contact, "cbc:Telephone", party.phone)
            self.tell(contact, "cbc:ElectronicMail", party.email)

    def _tax_schemes(self, node: "_Element", party: Party, *, seller: bool) -> None:
        schemes = [(self.says.vat_number(party), "VAT")]
        if seller and not schemes[0][0]:
            schemes = [(self.says.tax_number(party), "TAX")]
        # Norway's rule NO-R-002: a company in the register says so.
        listed = party.country == "NO" and any(_NORWEGIAN_REGISTER in line for line in party.legal_lines)
        if seller and listed:
            schemes = [(number, scheme) for number, scheme in schemes if scheme == "VAT"] + [(_NORWEGIAN_REGISTER, "TAX")]
        for company, scheme in schemes:
            if company:
                registration = self.add(node, "cac:PartyTaxScheme")
                self.add(registration, "cbc:CompanyID", company)
                self.add(self.add(registration, "cac:TaxScheme"), "cbc:ID", scheme)

    def _delivery(self) -> None:
        delivery = self.add(self.root, "cac:Delivery")
        self._day(delivery, "cbc:ActualDeliveryDate", self.paper.delivered_to)
        if self.paper.delivered_at:
            self.add(self.path(delivery, "cac:DeliveryParty", "cac:PartyName"), "cbc:Name", self.paper.delivered_at)

    def _means(self) -> None:
        means = self.add(self.root, "cac:PaymentMeans")
        self.add(means, "cbc:PaymentMeansCode", self.says.payment_means)
        if self.paper.is_credit:
            self._day(means, "cbc:PaymentDueDate", self.paper.due_on)
        self.tell(means, "cbc:PaymentID", self.paper.reference)
        account = self.add(means, "cac:PayeeFinancialAccount")
        self.add(account, "cbc:ID", self.says.account)
        self.tell(account, "cbc:Name", self.paper.bank.name)
        if self.paper.bank.bic:
            self.add(self.add(account, "cac:FinancialInstitutionBranch"), "cbc:ID", self.paper.bank.bic)

    def _taxes(self) -> None:
        whole = self.add(self.root, "cac:TaxTotal")
        self._amount(whole, "cbc:TaxAmount", self.paper.vat)
        for tax in self.says.taxes:
            part = self.add(whole, "cac:TaxSubtotal")
            self._amount(part, "cbc:TaxableAmount", tax.net)
            self._amount(part, "cbc:TaxAmount", tax.vat)
            self._category(self.add(part, "cac:TaxCategory"), tax.category, tax.rate, tax.vatex, tax.reason)
        if self.paper.vat_local is not None:
            self._amount(self.add(self.root, "cac:TaxTotal"), "cbc:TaxAmount", self.paper.vat_local)

    def _category(self, node: "_Element", category: str, basis_points: int, code: str = "", text: str = "") -> None:
        self.add(node, "cbc:ID", category)
        if category != "O":
            self.add(node, "cbc:Percent", rate(basis_points))
        self.tell(node, "cbc:TaxExemptionReasonCode", code)
        self.tell(node, "cbc:TaxExemptionReason", text)
        self.add(self.add(node, "cac:TaxScheme"), "cbc:ID", "VAT")

    def _totals(self) -> None:
        paper, totals = self.paper, self.add(self.root, "cac:LegalMonetaryTotal")
        self._amount(totals, "cbc:LineExtensionAmount", paper.net)
        self._amount(totals, "cbc:TaxExclusiveAmount", paper.net)
        self._amount(totals, "cbc:TaxInclusiveAmount", paper.gross)
        if paper.prepaid:
            self._amount(totals, "cbc:PrepaidAmount", paper.prepaid)
        self._amount(totals, "cbc:PayableAmount", paper.due)

    def _line(self, line: Line) -> None:
        paid = price(line)
        node = self.add(self.root, f"cac:{self.kind}Line")
        self.add(node, "cbc:ID", str(line.position))
        self.add(node, "cbc:CreditedQuantity" if self.paper.is_credit else "cbc:InvoicedQuantity", number(paid.quantity), unitCode=line.unit)
        self._amount(node, "cbc:LineExtensionAmount", line.net)
        self._span(node, line.starts_on, line.ends_on)
        item = self.add(node, "cac:Item")
        self.tell(item, "cbc:Description", "\n".join(line.details))
        self.add(item, "cbc:Name", line.description)
        self._category(self.add(item, "cac:ClassifiedTaxCategory"), self.says.category(line.vat_category), line.vat_rate)
        agreed = self.add(node, "cac:Price")
        self.add(agreed, "cbc:PriceAmount", number(paid.amount), currencyID=self.paper.currency)
        if paid.base is not None:
            self.add(agreed, "cbc:BaseQuantity", number(paid.base), unitCode=line.unit)

    def _amount(self, parent: "_Element", tag: str, money: Money) -> None:
        self.add(parent, tag, amount(money), currencyID=money.currency)

    def _span(self, parent: "_Element", starts_on: date | None, ends_on: date | None) -> None:
        if starts_on or ends_on:
            span = self.add(parent, "cac:InvoicePeriod")
            self._day(span, "cbc:StartDate", starts_on)
            self._day(span, "cbc:EndDate", ends_on)

    def _day(self, parent: "_Element", tag: str, day: date | None) -> None:
        if day is not None:
            self.add(parent, tag, day.isoformat())
