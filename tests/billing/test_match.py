"""References with check digits, bank files of many banks, and matching that never guesses."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from coworking.billing import balance, bank_files, matching, references
from coworking.billing.models import Account, BankLine, Invoice, Payment
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from tests.cast import House

from .helpers import account, issued
from .till import paid_of

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S</Id>
<Ntry><Amt Ccy="NOK">200.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>A1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><AcctSvcrRef>A1-1</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="NOK">125.00</Amt></TxAmt></AmtDtls><RltdPties><Dbtr>{payer}</Dbtr></RltdPties>
<RmtInf><Strd><CdtrRefInf><Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
<TxDtls><Refs><AcctSvcrRef>A1-2</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="NOK">75.00</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>Thanks a lot</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="NOK">40.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""

FILES = {
    "DNB": ("NOK", "Dato;Forklaring;Rentedato;Ut fra konto;Inn på konto\n20.11.2026;Fra Alice 0010010000018;20.11.2026;;1.234,50\n"),
    "SpareBank 1": (
        "NOK",
        "Kontoutskrift;1234.56.78901\n\nDato;Beskrivelse;Rentedato;Inn;Ut;Til konto;Fra konto\n20.11.2026;Overføring;20.11.2026;1 234,50;;1;2\n",
    ),
    "BNP Paribas": (
        "EUR",
        "Date operation;Libelle operation;Montant operation en euro\n20/11/2026;VIR SEPA DURAND;1 234,50\n21/11/2026;PRLV EDF;-80,00\n",
    ),
    "Société Générale": ("EUR", "Date;Libellé;Débit;Crédit;Devise\n20/11/2026;VIREMENT;;1234,50;EUR\n21/11/2026;CARTE;12,00;;EUR\n"),
    "Barclays": (
        "GBP",
        'Number,Date,Account,Amount,Subcategory,Memo\n1,20/11/2026,20-00-00 1,1234.50,FT,"SMITH J, INVOICE"\n2,21/11/2026,20-00-00 1,-9.99,DD,RENT\n',
    ),
    "HSBC": ("GBP", 'Date,Description,Paid out,Paid in,Balance\n20/11/2026,BACS JONES,,"1,234.50",9\n21/11/2026,CARD,5.00,,4\n'),
}


def test_a_slip_of_the_finger_is_no_reference() -> None:
    kid, rf = references.make("NO", 1001, 7), references.make("FR", 1001, 7)
    assert (kid, references.is_valid(kid), references.is_valid(rf)) == ("00100100000072", True, True)
    assert references.is_valid("RF18 5390 0754 7034")
    for right in (kid, rf[4:]):
        for place in range(len(right)):
            wrong = f"{right[:place]}{(int(right[place]) + 1) % 10}{right[place + 1 :]}"
            assert not references.is_valid(wrong if right == kid else rf[:4] + wrong)


@given(st.integers(1, 999_999), st.integers(1, 9_999_999), st.sampled_from(["NO", "FR", "GB"]))
def test_every_reference_is_found_in_what_a_payer_types(number: int, invoice: int, country: str) -> None:
    made = references.make(country, number, invoice)
    assert references.is_valid(made)
    assert made in list(references.found_in(f"Faktura {references.spaced(made)}, takk"))


@pytest.mark.parametrize("bank", sorted(FILES))
def test_banks_of_three_countries_are_read(bank: str) -> None:
    currency, text = FILES[bank]
    for data in (text.encode(), text.encode("cp1252"), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        read = bank_files.read(data, currency)
        assert [(each.booked_on, each.amount) for each in read.credits] == [(date(2026, 11, 20), Money(123_450, currency))]


@pytest.mark.parametrize(
    ("version", "status", "payer"), [("02", "BOOK", "<Nm>Alice AS</Nm>"), ("08", "<Cd>BOOK</Cd>", "<Pty><Nm>Alice AS</Nm></Pty>")]
)
def test_a_camt_batch_tells_each_payment(version: str, status: str, payer: str) -> None:
    read = bank_files.read(CAMT.format(version=version, status=status, payer=payer, kid="00100100000074").encode(), "NOK")
    assert [(each.amount.minor, each.payer, each.reference) for each in read.credits] == [
        (12_500, "Alice AS", "00100100000074"),
        (7_500, "", "Thanks a lot"),
    ]
    assert read.skipped == 1


BAD = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "another file": b"name,age\nBob,7\n",
    "cut off": CAMT[:300].encode(),
    "another message": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn/></Document>',
    "entities": b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">&b;</Document>',
    "a file outside": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>&x;</BkToCstmrStmt></Document>',
    "no day": CAMT.format(version="02", status="BOOK", payer="", kid="1").replace("2026-11-20", "someday").encode(),
    "no amount": CAMT.format(version="02", status="BOOK", payer="", kid="1").replace("125.00", "NaN").encode(),
    "too much": CAMT.format(version="02", status="BOOK", payer="", kid="1").replace("125.00", "9e99").encode(),
    "too large": b"a" * (bank_files.MOST_BYTES + 1),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_what_is_no_bank_file_is_refused_whole(kind: str) -> None:
    with pytest.raises(bank_files.NotABankFile):
        bank_files.read(BAD[kind], "NOK")


def taken(house: House, text: str, name: str = "bank.csv") -> matching.Read:
    operator = db.session.get_one(Operator, house.operator.id)
    return matching.take_in(name, text.encode(), operator, by=house.olga.id)


def csv_of(*lines: str) -> str:
    return "Dato;Avsender;Inn;KID\n" + "".join(f"{line}\n" for line in lines)


def test_the_same_file_and_the_same_line_count_once(inside: House) -> None:
    invoice = issued(account(inside.alice))
    line = f"20.11.2026;Alice;125,00;{invoice.reference}"
    assert taken(inside, csv_of(line)).new == 1
    with pytest.raises(matching.FileKnown):
        taken(inside, csv_of(line))
    again = taken(inside, csv_of(line, "21.11.2026;Bob;10,00;"))
    assert (again.new, again.known) == (1, 1)
    assert matching.match_all() == 1
    assert matching.match_all() == 0
    assert paid_of(invoice) == 12_500


def test_two_alike_lines_of_one_file_are_two_payments(inside: House) -> None:
    assert taken(inside, csv_of("20.11.2026;Alice;50,00;", "20.11.2026;Alice;50,00;")).new == 2


def test_part_and_too_much_by_reference(inside: House) -> None:
    payer = account(inside.alice)
    first, second = issued(payer), issued(payer, 5_000)
    taken(inside, csv_of(f"20.11.2026;Somebody else;100,00;{first.reference}", f"21.11.2026;Alice;100,00;{first.reference}"))
    assert matching.match_all() == 2
    assert (paid_of(first), paid_of(second), balance.credit_left(payer)["NOK"].minor) == (12_500, 5_000, 2_500)


def test_without_a_reference_nothing_is_matched_only_suggested(inside: House) -> None:
    alice, bob = issued(account(inside.alice)), issued(account(inside.bob))
    taken(
        inside,
        csv_of(
            "20.11.2026;KVARTAL, ALICE;125,00;",
            "20.11.2026;Nobody;99,00;",
            f"20.11.2026;Bob;125,00;{alice.reference[:-1]}{(int(alice.reference[-1]) + 1) % 10}",
        ),
    )
    assert matching.match_all() == 0
    lines = {line.payer: matching.suggestions(line) for line in db.session.scalars(sa.select(BankLine))}
    assert [(each.invoice, each.why) for each in lines["KVARTAL, ALICE"]] == [(alice, "amount_and_name"), (bob, "amount")]
    assert lines["Nobody"] == []
    assert lines["Bob"][0].invoice == bob
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Payment)) == 0


def test_another_currency_is_never_matched(inside: House) -> None:
    invoice = issued(account(inside.alice))
    taken(inside, "Date,Payer,Paid in,Reference,Currency\n20/11/2026,Alice,125.00," + invoice.reference + ",EUR\n")
    assert matching.match_all() == 0
    line = db.session.scalars(sa.select(BankLine)).one()
    with pytest.raises(matching.NotOpen):
        matching.match(line, invoice)
    assert (line.state, paid_of(invoice)) == ("open", 0)


def test_a_line_is_matched_once_or_set_aside(inside: House) -> None:
    invoice = issued(account(inside.alice))
    taken(inside, csv_of("20.11.2026;Alice;125,00;", "20.11.2026;Tax office;10,00;"))
    lines = {line.payer: line for line in db.session.scalars(sa.select(BankLine))}
    matching.set_aside(lines["Tax office"], "VAT back")
    matching.match(lines["Alice"], invoice, by=inside.olga.id)
    for line in lines.values():
        with pytest.raises(matching.NotOpen):
            matching.match(line, invoice)
    matching.take_up(lines["Tax office"])
    matching.match_to_account(lines["Tax office"], db.session.get_one(Account, invoice.account_id), by=inside.olga.id)
    assert balance.credit_left(invoice.account)["NOK"].minor == 1_000
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Invoice)) == 1
