"""Norway's SAF-T Financial 1.30, which every bookkeeper must be able to hand in (bokføringsforskriften § 7-8)."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from coworking.core.money import Money

from ..identifiers import registered
from ..markup import Markup, plain
from ..paper import Category, Party
from .books import Account, Books, Customer, Entry, Journal, Posting, VatPart

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:NO"
_SOFTWARE = "Coworking"

# How long the schema lets texts be: SAFcodeType, SAFshorttextType, SAFmiddle1textType, SAFmiddle2textType, SAFlongtextType.
_CODE, _SHORT, _MIDDLE, _WIDE, _LONG = 9, 18, 35, 70, 256

# The first account number of each group of næringsspesifikasjonen that billing can touch.
_GROUPINGS = (
    ("1500", "balanseverdiForOmloepsmiddel", "1500"),
    ("1570", "balanseverdiForOmloepsmiddel", "1570"),
    ("1900", "balanseverdiForOmloepsmiddel", "1900"),
    ("1920", "balanseverdiForOmloepsmiddel", "1920"),
    ("1950", "balanseverdiForOmloepsmiddel", "1950"),
    ("2400", "kortsiktigGjeld", "2400"),
    ("2700", "kortsiktigGjeld", "2740"),
    ("2900", "kortsiktigGjeld", "2900"),
    ("2970", "kortsiktigGjeld", "2970"),
    ("2990", "kortsiktigGjeld", "2990"),
    ("3000", "salgsinntekt", "3000"),
    ("3100", "salgsinntekt", "3100"),
    ("3200", "salgsinntekt", "3200"),
    ("3600", "annenDriftsinntekt", "3600"),
    ("3700", "annenDriftsinntekt", "3700"),
    ("3900", "annenDriftsinntekt", "3900"),
    ("7700", "annenDriftskostnad", "7700"),
    ("7830", "annenDriftskostnad", "7830"),
    ("8050", "finansinntekt", "8050"),
    ("8060", "finansinntekt", "8060"),
    ("8150", "finanskostnad", "8150"),
    ("8160", "finanskostnad", "8160"),
)


class NoGrouping(ValueError):
    """An account whose place in næringsspesifikasjonen is not known: give it a ``grouping``."""


def file_name(books: Books, made_at: datetime) -> str:
    """The name that Skatteetaten asks for; ``made_at`` in any zone."""
    return f"SAF-T Financial_{registered(books.company)[0]}_{made_at:%Y%m%d%H%M%S}_1_1.xml"


def export(books: Books) -> bytes:
    """The books as XML; raises NoGrouping."""
    return _Writer(books).document()


def standard_code(category: Category, rate: int) -> str:
    """Skatteetaten's standard VAT code of a sale: by category and rate in basis points."""
    by_rate = {2500: "3", 1500: "31", 1111: "32", 1200: "33"}
    if category == "S":
        return by_rate.get(rate, "3")
    return {"Z": "5", "E": "6", "AE": "52", "O": "6"}[category]


def grouping(account: Account) -> tuple[str, str]:
    """SAF-T's category and code of an account, by its number in Norsk Standard 4102; raises NoGrouping."""
    if account.grouping:
        return account.grouping
    known = [(category, code) for first, category, code in _GROUPINGS if first[:2] == account.number[:2] and first <= account.number[:4]]
    if not known:
        raise NoGrouping(account.number)
    return known[-1]


class _Writer(Markup):
    def __init__(self, books: Books) -> None:
        super().__init__("AuditFile", {None: _NAMESPACE})
        self.books = books
        self.moved, self.moved_by_customer = books.moved()

    def document(self) -> bytes:
        self._header()
        master = self.add(self.root, "MasterFiles")
        accounts = self.add(master, "GeneralLedgerAccounts")
        for account in self.books.accounts:
            self._account(self.add(accounts, "Account"), account)
        if self.books.customers:
            customers = self.add(master, "Customers")
            for customer in self.books.customers:
                self._customer(self.add(customers, "Customer"), customer)
        self._tax_table(master)
        self._ledger(self.add(self.root, "GeneralLedgerEntries"))
        return self.bytes()

    def _header(self) -> None:
        books, header = self.books, self.add(self.root, "Header")
        for tag, text in (
            ("AuditFileVersion", "1.30"),
            ("AuditFileCountry", "NO"),
            ("AuditFileDateCreated", books.created_on.isoformat()),
            ("SoftwareCompanyName", _SOFTWARE),
            ("SoftwareID", _SOFTWARE),
            ("SoftwareVersion", books.version[:_SHORT]),
        ):
            self.add(header, tag, text)
        self._company(self.add(header, "Company"))
        self.add(header, "DefaultCurrencyCode", books.currency)
        selected = self.add(header, "SelectionCriteria")
        self.add(selected, "SelectionStartDate", books.starts_on.isoformat())
        self.add(selected, "SelectionEndDate", books.ends_on.isoformat())
        self.add(header, "TaxAccountingBasis", "A")

    def _company(self, node: "_Element") -> None:
        company, bank = self.books.company, self.books.bank
        self._party(node, company)
        contact = self.add(node, "Contact")
        # Skatteetaten's own word for a name that the books do not have.
        first, _, last = plain(company.attention).rpartition(" ")
        person = self.add(contact, "ContactPerson")
        self._cut(person, "FirstName", first or "NotUsed", _MIDDLE)
        self._cut(person, "LastName", last or "NotUsed", _WIDE)
        self._cut(contact, "Telephone", company.phone, _SHORT)
        self._cut(contact, "Email", company.email, _WIDE)
        if company.vat_number:
            tax = self.add(node, "TaxRegistration")
            self.add(tax, "TaxRegistrationNumber", f"{registered(company)[0]}MVA")
            self.add(tax, "TaxAuthority", "Skatteetaten")
        if bank.iban or bank.account:
            account = self.add(node, "BankAccount")
            self._cut(account, "IBANNumber" if bank.iban else "BankAccountNumber", (bank.iban or bank.account).replace(" ", ""), _MIDDLE)

    def _party(self, node: "_Element", party: Party) -> None:
        self._cut(node, "RegistrationNumber", registered(party)[0], _MIDDLE)
        self._cut(node, "Name", party.name, _LONG)
        address = self.add(node, "Address")
        self._cut(address, "StreetName", party.street, _LONG)
        self._cut(address, "City", party.city, _LONG)
        self._cut(address, "PostalCode", party.postcode, _WIDE)
        self.add(address, "Country", party.country)

    def _account(self, node: "_Element", account: Account) -> None:
        category, code = grouping(account)
        self._cut(node, "AccountID", account.number, _WIDE)
        self._cut(node, "AccountDescription", account.name, _LONG)
        self.add(node, "GroupingCategory", category)
        self.add(node, "GroupingCode", code)
        self.add(node, "AccountType", "GL")
        self._balances(node, account.opening, self.moved.get(account.number))

    def _customer(self, node: "_Element", customer: Customer) -> None:
        self._party(node, customer.party)
        self._cut(node, "CustomerID", customer.number, _MIDDLE)
        balance = self.add(node, "BalanceAccount")
        self.add(balance, "AccountID", customer.account)
        self._balances(balance, customer.opening, self.moved_by_customer.get(customer.number))

    def _balances(self, node: "_Element", opening: Money, moved: Money | None) -> None:
        for when, balance in (("Opening", opening), ("Closing", opening + moved if moved else opening)):
            side = "Debit" if balance.minor >= 0 else "Credit"
            self.add(node, f"{when}{side}Balance", _size(balance))

    def _tax_table(self, master: "_Element") -> None:
        used = sorted({(standard_code(one.vat.category, one.vat.rate), one.vat.rate) for one in self.books.postings() if one.vat})
        if not used:
            return
        entry = self.path(master, "TaxTable", "TaxTableEntry")
        self.add(entry, "TaxType", "MVA")
        self.add(entry, "Description", "Merverdiavgift")
        for code, rate in used:
            details = self.add(entry, "TaxCodeDetails")
            self.add(details, "TaxCode", code)
            self.add(details, "TaxPercentage", _percent(rate))
            self.add(details, "Country", "NO")
            self.add(details, "StandardTaxCode", code)
            self.add(details, "BaseRate", "100")

    def _ledger(self, ledger: "_Element") -> None:
        books = self.books
        self.add(ledger, "NumberOfEntries", str(sum(len(journal.entries) for journal in books.journals)))
        self.add(ledger, "TotalDebit", _size(books.turnover))
        self.add(ledger, "TotalCredit", _size(books.turnover))
        for journal in books.journals:
            node = self.add(ledger, "Journal")
            self._cut(node, "JournalID", journal.code, _SHORT)
            self._cut(node, "Description", journal.name, _LONG)
            self._cut(node, "Type", journal.code, _CODE)
            for entry in journal.entries:
                self._transaction(self.add(node, "Transaction"), journal, entry)

    def _transaction(self, node: "_Element", journal: Journal, entry: Entry) -> None:
        self.add(node, "TransactionID", str(entry.number))
        self.add(node, "Period", str(entry.day.month))
        self.add(node, "PeriodYear", str(entry.day.year))
        self.add(node, "TransactionDate", entry.document_day.isoformat())
        self._cut(node, "VoucherType", journal.code, _WIDE)
        self._cut(node, "VoucherDescription", journal.name, _WIDE)
        self._cut(node, "Description", entry.text or entry.document, _LONG)
        self.add(node, "SystemEntryDate", entry.entered_on.isoformat())
        self.add(node, "GLPostingDate", entry.day.isoformat())
        for place, posting in enumerate(entry.postings, 1):
            self._line(self.add(node, "Line"), place, entry, posting)

    def _line(self, node: "_Element", place: int, entry: Entry, posting: Posting) -> None:
        debit = posting.amount.minor >= 0
        self.add(node, "RecordID", str(place))
        self._cut(node, "AccountID", posting.account, _WIDE)
        self._cut(node, "SourceDocumentID", entry.document, _MIDDLE)
        self._cut(node, "CustomerID", posting.customer, _MIDDLE)
        self._cut(node, "Description", posting.text or entry.document, _LONG)
        self._amount(node, "DebitAmount" if debit else "CreditAmount", posting.amount, posting.foreign)
        if posting.vat:
            self._tax(self.add(node, "TaxInformation"), posting.vat, debit=debit)
        self._cut(node, "ReferenceNumber", entry.document, _MIDDLE)
        self._cut(node, "CID", posting.reference, _MIDDLE)
        if posting.due_on:
            self.add(node, "DueDate", posting.due_on.isoformat())

    def _tax(self, node: "_Element", vat: VatPart, *, debit: bool) -> None:
        self.add(node, "TaxType", "MVA")
        self.add(node, "TaxCode", standard_code(vat.category, vat.rate))
        self.add(node, "TaxPercentage", _percent(vat.rate))
        self.add(node, "Country", "NO")
        self.add(node, "TaxBase", _size(vat.base))
        self._amount(node, "DebitTaxAmount" if debit else "CreditTaxAmount", vat.vat, None)

    def _amount(self, node: "_Element", tag: str, money: Money, foreign: Money | None) -> None:
        amount = self.add(node, tag)
        self.add(amount, "Amount", _size(money))
        if foreign:
            self.add(amount, "CurrencyCode", foreign.currency)
            self.add(amount, "CurrencyAmount", _size(foreign))

    def _cut(self, node: "_Element", tag: str, text: str, longest: int) -> None:
        self.tell(node, tag, plain(text)[:longest])


def _size(money: Money) -> str:
    return f"{abs(money.decimal):.2f}"


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points) / 100:f}"
