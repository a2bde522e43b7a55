"""An accountant in Oslo, Paris or London can import the books, and every file says the same."""

import csv
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from lxml import etree

from coworking.core.money import Money
from coworking.papers.exports import fec, journal_csv, saft_no
from coworking.papers.exports.books import Account, Books, Customer, Entry, Journal, Posting, Unbalanced, UnknownAccount
from coworking.papers.exports.posting import CHARTS, FRANCE, NORWAY, Rate, of_paper, of_payment
from coworking.papers.paper import Paper

from . import samples

SAFT = {"s": "urn:StandardAuditFile-Taxation-Financial:NO"}


def entries(paper: Paper, customer: str) -> tuple[Entry, ...]:
    """The paper, its payment, and a credit note for all of it with the money sent back."""
    chart = CHARTS[paper.seller.country]
    back, day = samples.credit(paper), date(2026, 12, 14)
    return (
        of_paper(paper, 1, customer, chart, paper.issued_on),
        of_payment(paper.gross, 2, customer, chart, day, document="B-17", into=chart.bank, text="Payment\tB-17"),
        of_paper(back, 3, customer, chart, back.issued_on),
    )


def books(paper: Paper, opening: int = 10_000) -> Books:
    """December's books with one customer, in two journals."""
    chart = CHARTS[paper.seller.country]
    first, second, third = entries(paper, "10001")
    numbers = {posting.account for entry in (first, second, third) for posting in entry.postings}
    zero = Money(0, paper.currency)
    accounts = tuple(
        Account(number, f"=Account {number}", Money(opening, paper.currency) if number == chart.receivables else zero) for number in sorted(numbers)
    )
    return Books(
        paper.seller, paper.currency, date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 4), accounts,
        (Customer("10001", paper.buyer, chart.receivables, Money(opening, paper.currency)),),
        (Journal("VT", "Ventes", (first, third)), Journal("BQ", "Banque", (second,))), bank=paper.bank,
    )  # fmt: skip


def test_an_entry_that_does_not_balance_is_refused() -> None:
    day = date(2026, 12, 1)
    with pytest.raises(Unbalanced):
        Entry(1, day, "", "KV-1", day, day, (Posting("1500", Money(100, "NOK"), ""), Posting("3000", Money(-99, "NOK"), "")))


def test_books_know_every_account_they_post_on() -> None:
    known = books(samples.norwegian())
    with pytest.raises(UnknownAccount, match="1500"):
        replace(known, accounts=known.accounts[1:])


def test_a_credit_note_takes_all_of_it_back() -> None:
    invoice, _payment, credit = entries(samples.norwegian(), "1")
    assert [posting.amount.minor for posting in credit.postings] == [-posting.amount.minor for posting in invoice.postings]


def test_a_paper_in_another_currency_is_booked_in_ones_own_to_the_cent() -> None:
    paper = samples.paper(
        [samples.line("Desk", Money(9_999, "EUR")), samples.line("Lunch", Money(3_333, "EUR"), 1500)], vat_local=Money(35_000, "NOK")
    )
    entry = of_paper(paper, 1, "1", NORWAY, paper.issued_on, Rate("NOK", Decimal("11.7431")))
    assert sum(posting.amount.minor for posting in entry.postings) == 0
    assert entry.postings[0].foreign == paper.gross
    assert {posting.amount.currency for posting in entry.postings} == {"NOK"}


class TestCsv:
    def rows(self, of: Books) -> list[dict[str, str]]:
        return list(csv.DictReader(StringIO(journal_csv.export(of).decode("utf-8-sig"))))

    def test_debits_are_credits(self) -> None:
        rows = self.rows(books(samples.french()))
        assert sum(Decimal(row["debit"] or 0) for row in rows) == sum(Decimal(row["credit"] or 0) for row in rows) > 0
        assert [row["entry"] for row in rows] == sorted((row["entry"] for row in rows), key=int)

    def test_no_cell_is_a_formula(self) -> None:
        paper = samples.norwegian(buyer=replace(samples.FJELL, name="=HYPERLINK(1)", vat_number=""))
        for row in self.rows(books(paper)):
            assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row.values())


class TestFec:
    def rows(self, of: Books) -> list[list[str]]:
        return [line.split("\t") for line in fec.export(of).decode().split("\r\n")[:-1]]

    def test_the_file_is_named_as_the_law_says(self) -> None:
        assert fec.file_name(books(samples.french())) == "552100554FEC20261231.txt"

    def test_it_has_the_18_columns_in_order_and_no_other(self) -> None:
        header, *rows = self.rows(books(samples.french()))
        assert header == [
            "JournalCode",
            "JournalLib",
            "EcritureNum",
            "EcritureDate",
            "CompteNum",
            "CompteLib",
            "CompAuxNum",
            "CompAuxLib",
            "PieceRef",
            "PieceDate",
            "EcritureLib",
            "Debit",
            "Credit",
            "EcritureLet",
            "DateLet",
            "ValidDate",
            "Montantdevise",
            "Idevise",
        ]
        assert {len(row) for row in rows} == {18}
        for column in (0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15):
            assert all(row[column] for row in rows), header[column]

    def test_numbers_grow_without_gaps_and_amounts_have_commas(self) -> None:
        _header, *rows = self.rows(books(samples.french()))
        numbers = [int(row[2]) for row in rows]
        assert numbers == sorted(numbers)
        assert set(numbers) == {1, 2, 3}
        debits, credits_ = (sum(Decimal(row[column].replace(",", ".")) for row in rows) for column in (11, 12))
        assert debits == credits_ == Decimal("1530.00")
        assert rows[0][4:8] == [FRANCE.receivables, "=Account 411000", "10001", "Atelier Légère SARL"]

    def test_a_tab_in_a_text_opens_no_column(self) -> None:
        paper = samples.french(buyer=replace(samples.ATELIER, name="A\tB\r\nC\u2028D"))
        assert {len(row) for row in self.rows(books(paper))} == {18}


class TestSaft:
    def root(self, of: Books) -> etree._Element:
        return etree.fromstring(saft_no.export(of))

    def test_the_file_is_named_as_skatteetaten_says(self) -> None:
        name = saft_no.file_name(books(samples.norwegian()), datetime(2027, 1, 4, 9, 30, tzinfo=UTC))
        assert name == "SAF-T Financial_923609016_20270104093000_1_1.xml"

    def test_totals_are_those_of_the_lines(self) -> None:
        root = self.root(books(samples.norwegian()))
        ledger = root.find("s:GeneralLedgerEntries", SAFT)
        assert ledger is not None
        for side in ("Debit", "Credit"):
            lines = sum(Decimal(node.text or "") for node in ledger.iterfind(f".//s:Line/s:{side}Amount/s:Amount", SAFT))
            assert Decimal(ledger.findtext(f"s:Total{side}", "", SAFT)) == lines > 0
        assert ledger.findtext("s:NumberOfEntries", "", SAFT) == str(len(ledger.findall("s:Journal/s:Transaction", SAFT))) == "3"

    def test_accounts_close_where_their_lines_lead(self) -> None:
        root = self.root(books(samples.norwegian(), opening=-10_000))
        receivables = root.xpath("//s:Account[s:AccountID='1500']", namespaces=SAFT)[0]
        assert receivables.findtext("s:OpeningCreditBalance", "", SAFT) == "100.00"
        # Billed, paid and credited again: the buyer is owed what it paid, and what it was owed before.
        assert receivables.findtext("s:ClosingCreditBalance", "", SAFT) == "19462.00"
        assert root.findtext(".//s:Customer/s:BalanceAccount/s:ClosingCreditBalance", "", SAFT) == "19462.00"

    def test_vat_has_skatteetatens_standard_codes(self) -> None:
        root = self.root(books(samples.norwegian()))
        codes = [node.text for node in root.iterfind(".//s:TaxCodeDetails/s:StandardTaxCode", SAFT)]
        assert codes == ["3", "31"]
        assert {node.text for node in root.iterfind(".//s:TaxInformation/s:TaxCode", SAFT)} == {"3", "31"}

    def test_every_account_has_its_group(self) -> None:
        assert saft_no.grouping(Account("2701", "", Money(0, "NOK"))) == ("kortsiktigGjeld", "2740")
        assert saft_no.grouping(Account("1923", "", Money(0, "NOK"))) == ("balanseverdiForOmloepsmiddel", "1920")
        assert saft_no.grouping(Account("9999", "", Money(0, "NOK"), ("a", "b"))) == ("a", "b")
        with pytest.raises(saft_no.NoGrouping):
            saft_no.grouping(Account("9999", "", Money(0, "NOK")))

    def test_texts_keep_to_their_lengths(self) -> None:
        paper = samples.norwegian(buyer=replace(samples.FJELL, name="N" * 400), reference="1" * 60)
        root = self.root(books(paper))
        assert max(len(node.text or "") for node in root.iter("{*}Description")) == 256
        assert max(len(node.text or "") for node in root.iter("{*}CID")) == 35

    @pytest.mark.skipif(
        "SAFT_XSD" not in os.environ, reason="Skatteetaten publishes the schema without a licence to ship it: name your copy in SAFT_XSD"
    )
    @pytest.mark.parametrize(
        "paper", [samples.norwegian(), samples.norwegian(buyer=replace(samples.FJELL, name="N" * 400, attention=""), reference="")]
    )
    def test_it_passes_the_official_schema(self, paper: Paper) -> None:
        schema = etree.XMLSchema(etree.parse(os.environ["SAFT_XSD"]))
        assert schema.validate(self.root(books(paper))), schema.error_log
