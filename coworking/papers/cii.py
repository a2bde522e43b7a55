"""An invoice in the syntax of UN/CEFACT (CII D22B), as EN 16931 and Factur-X want it."""

from datetime import date
from typing import TYPE_CHECKING

from . import identifiers
from .en16931 import CORE, Semantics, amount, number, price, rate
from .markup import Markup
from .paper import FRENCH_SIRET, Line, Paper, Party, Tax, demand

if TYPE_CHECKING:
    from lxml.etree import _Element

_BASE = "urn:un:unece:uncefact:data:standard:"
_NAMESPACES: dict[str | None, str] = {
    "rsm": f"{_BASE}CrossIndustryInvoice:100",
    "ram": f"{_BASE}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_BASE}UnqualifiedDataType:100",
    "qdt": f"{_BASE}QualifiedDataType:100",
}


def invoice(paper: Paper) -> bytes:
    """The paper as a CII document of the profile EN 16931. Raises LacksMention."""
    demand(paper)
    return _Writer(paper).document()


class _Writer(Markup):
    def __init__(self, paper: Paper) -> None:
        super().__init__("rsm:CrossIndustryInvoice", _NAMESPACES)
        self.paper = paper
        self.says = Semantics(paper)

    def document(self) -> bytes:
        self._head()
        transaction = self.add(self.root, "rsm:SupplyChainTradeTransaction")
        for line in self.paper.lines:
            self._line(self.add(transaction, "ram:IncludedSupplyChainTradeLineItem"), line)
        self._agreement(self.add(transaction, "ram:ApplicableHeaderTradeAgreement"))
        self._delivery(self.add(transaction, "ram:ApplicableHeaderTradeDelivery"))
        self._settlement(self.add(transaction, "ram:ApplicableHeaderTradeSettlement"))
        return self.bytes()

    def _head(self) -> None:
        context = self.add(self.root, "rsm:ExchangedDocumentContext")
        if self.says.process:
            self.add(self.add(context, "ram:BusinessProcessSpecifiedDocumentContextParameter"), "ram:ID", self.says.process)
        self.add(self.add(context, "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", CORE)
        head = self.add(self.root, "rsm:ExchangedDocument")
        self.add(head, "ram:ID", self.paper.label)
        self.add(head, "ram:TypeCode", self.says.type_code)
        self._moment(head, "ram:IssueDateTime", self.paper.issued_on)
        for subject, text in self.says.notes:
            note = self.add(head, "ram:IncludedNote")
            self.add(note, "ram:Content", text)
            self.tell(note, "ram:SubjectCode", subject)

    def _line(self, item: "_Element", line: Line) -> None:
        self.add(self.add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(line.position))
        product = self.add(item, "ram:SpecifiedTradeProduct")
        self.add(product, "ram:Name", line.description)
        self.tell(product, "ram:Description", "\n".join(line.details))
        paid = price(line)
        agreed = self.path(item, "ram:SpecifiedLineTradeAgreement", "ram:NetPriceProductTradePrice")
        self.add(agreed, "ram:ChargeAmount", number(paid.amount))
        if paid.base is not None:
            self.add(agreed, "ram:BasisQuantity", number(paid.base), unitCode=line.unit)
        self.add(self.add(item, "ram:SpecifiedLineTradeDelivery"), "ram:BilledQuantity", number(paid.quantity), unitCode=line.unit)
        settled = self.add(item, "ram:SpecifiedLineTradeSettlement")
        tax = self.add(settled, "ram:ApplicableTradeTax")
        self.add(tax, "ram:TypeCode", "VAT")
        category = self.says.category(line.vat_category)
        self.add(tax, "ram:CategoryCode", category)
        self._rate(tax, category, line.vat_rate)
        self._span(settled, line.starts_on, line.ends_on)
        self.add(self.add(settled, "ram:SpecifiedTradeSettlementLineMonetarySummation"), "ram:LineTotalAmount", amount(line.net))

    def _rate(self, parent: "_Element", category: str, basis_points: int) -> None:
        if category != "O":
            self.add(parent, "ram:RateApplicablePercent", rate(basis_points))

    def _agreement(self, agreement: "_Element") -> None:
        self.tell(agreement, "ram:BuyerReference", self.paper.buyer_reference)
        self._party(self.add(agreement, "ram:SellerTradeParty"), self.paper.seller, seller=True)
        self._party(self.add(agreement, "ram:BuyerTradeParty"), self.paper.buyer, seller=False)
        if self.paper.purchase_order:
            self.add(self.add(agreement, "ram:BuyerOrderReferencedDocument"), "ram:IssuerAssignedID", self.paper.purchase_order)

    def _party(self, node: "_Element", party: Party, *, seller: bool) -> None:
        self.tell(node, "ram:GlobalID", identifiers.siret(party), schemeID=FRENCH_SIRET)
        self.add(node, "ram:Name", party.name)
        if seller:
            self.tell(node, "ram:Description", "\n".join(party.legal_lines))
        number_, register = identifiers.registered(party)
        if number_:
            self.add(self.add(node, "ram:SpecifiedLegalOrganization"), "ram:ID", number_, schemeID=register)
        self._contact(node, party)
        address = self.add(node, "ram:PostalTradeAddress")
        self.tell(address, "ram:PostcodeCode", party.postcode)
        self.tell(address, "ram:LineOne", party.street)
        self.tell(address, "ram:CityName", party.city)
        self.add(address, "ram:CountryID", party.country)
        if party.endpoint:
            self.add(self.add(node, "ram:URIUniversalCommunication"), "ram:URIID", party.endpoint.id, schemeID=party.endpoint.scheme)
        if vat := self.says.vat_number(party):
            self.add(self.add(node, "ram:SpecifiedTaxRegistration"), "ram:ID", vat, schemeID="VA")
        elif seller and (local := self.says.tax_number(party)):
            self.add(self.add(node, "ram:SpecifiedTaxRegistration"), "ram:ID", local, schemeID="FC")

    def _contact(self, node: "_Element", party: Party) -> None:
        if not (party.attention or party.phone or party.email):
            return
        contact = self.add(node, "ram:DefinedTradeContact")
        self.tell(contact, "ram:PersonName", party.attention or party.name)
        if party.phone:
            self.add(self.add(contact, "ram:TelephoneUniversalCommunication"), "ram:CompleteNumber", party.phone)
        if party.email:
            self.add(self.add(contact, "ram:EmailURIUniversalCommunication"), "ram:URIID", party.email)

    def _delivery(self, delivery: "_Element") -> None:
        if self.paper.delivered_at:
            self.add(self.add(delivery, "ram:ShipToTradeParty"), "ram:Name", self.paper.delivered_at)
        self._moment(self.add(delivery, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime", self.paper.delivered_to)

    def _settlement(self, settlement: "_Element") -> None:
        self.tell(settlement, "ram:PaymentReference", self.paper.reference)
        if self.paper.vat_local is not None:
            self.add(settlement, "ram:TaxCurrencyCode", self.paper.vat_local.currency)
        self.add(settlement, "ram:InvoiceCurrencyCode", self.paper.currency)
        if self.says.payment_means:
            self._means(self.add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans"))
        for tax in self.says.taxes:
            self._tax(self.add(settlement, "ram:ApplicableTradeTax"), tax)
        self._span(settlement, *self.says.period)
        if self.says.terms or self.paper.due_on:
            terms = self.add(settlement, "ram:SpecifiedTradePaymentTerms")
            self.tell(terms, "ram:Description", self.says.terms)
            self._moment(terms, "ram:DueDateDateTime", self.paper.due_on)
        self._totals(self.add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"))
        for credited in self.paper.credits:
            document = self.add(settlement, "ram:InvoiceReferencedDocument")
            self.add(document, "ram:IssuerAssignedID", credited.label)
            self._moment(document, "ram:FormattedIssueDateTime", credited.issued_on, inner="qdt:DateTimeString")

    def _means(self, means: "_Element") -> None:
        self.add(means, "ram:TypeCode", self.says.payment_means)
        account = self.add(means, "ram:PayeePartyCreditorFinancialAccount")
        if self.paper.bank.iban:
            self.add(account, "ram:IBANID", self.says.account)
        self.tell(account, "ram:AccountName", self.paper.bank.name)
        if not self.paper.bank.iban:
            self.add(account, "ram:ProprietaryID", self.says.account)
        if self.paper.bank.bic:
            self.add(self.add(means, "ram:PayeeSpecifiedCreditorFinancialInstitution"), "ram:BICID", self.paper.bank.bic)

    def _tax(self, node: "_Element", tax: Tax) -> None:
        self.add(node, "ram:CalculatedAmount", amount(tax.vat))
        self.add(node, "ram:TypeCode", "VAT")
        self.tell(node, "ram:ExemptionReason", tax.reason)
        self.add(node, "ram:BasisAmount", amount(tax.net))
        self.add(node, "ram:CategoryCode", tax.category)
        self.tell(node, "ram:ExemptionReasonCode", tax.vatex)
        if self.paper.tax_point:
            point = self.add(node, "ram:TaxPointDate")
            self.add(point, "udt:DateString", f"{self.paper.tax_point:%Y%m%d}", format="102")
        self._rate(node, tax.category, tax.rate)

    def _totals(self, totals: "_Element") -> None:
        paper = self.paper
        self.add(totals, "ram:LineTotalAmount", amount(paper.net))
        self.add(totals, "ram:TaxBasisTotalAmount", amount(paper.net))
        self.add(totals, "ram:TaxTotalAmount", amount(paper.vat), currencyID=paper.currency)
        if paper.vat_local is not None:
            self.add(totals, "ram:TaxTotalAmount", amount(paper.vat_local), currencyID=paper.vat_local.currency)
        self.add(totals, "ram:GrandTotalAmount", amount(paper.gross))
        if paper.prepaid:
            self.add(totals, "ram:TotalPrepaidAmount", amount(paper.prepaid))
        self.add(totals, "ram:DuePayableAmount", amount(paper.due))

    def _span(self, parent: "_Element", starts_on: date | None, ends_on: date | None) -> None:
        if starts_on or ends_on:
            span = self.add(parent, "ram:BillingSpecifiedPeriod")
            self._moment(span, "ram:StartDateTime", starts_on)
            self._moment(span, "ram:EndDateTime", ends_on)

    def _moment(self, parent: "_Element", tag: str, day: date | None, *, inner: str = "udt:DateTimeString") -> None:
        if day is not None:
            self.add(self.add(parent, tag), inner, f"{day:%Y%m%d}", format="102")
