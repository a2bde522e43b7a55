"""France's FEC, the fichier des écritures comptables that tax inspectors ask for (Livre des procédures fiscales, art. A47 A-1)."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..identifiers import registered
from .books import Books, Entry, Journal, Posting

FIELDS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate",
    "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip


def file_name(books: Books) -> str:
    """SIREN, FEC and the last day of the year: ``552100554FEC20261231.txt``."""
    return f"{registered(books.company)[0]}FEC{books.ends_on:%Y%m%d}.txt"


def export(books: Books) -> bytes:
    """Tab-separated, UTF-8, one line a posting in the order of the entries' numbers."""
    return "".join("\t".join(row) + "\r\n" for row in (FIELDS, *_rows(books))).encode()


def _rows(books: Books) -> Iterator[tuple[str, ...]]:
    names = {account.number: account.name for account in books.accounts}
    people = {customer.number: customer.party.name for customer in books.customers}
    for journal, entry in books.entries():
        for posting in entry.postings:
            # A line that moves nothing is not an entry to the inspectors' program.
            if posting.amount:
                yield _row(journal, entry, posting, names[posting.account], people.get(posting.customer, ""))


def _row(journal: Journal, entry: Entry, posting: Posting, account: str, customer: str) -> tuple[str, ...]:
    debit = posting.amount.minor > 0
    size = _amount(abs(posting.amount.decimal))
    foreign = posting.foreign
    return (
        _text(journal.code), _text(journal.name), str(entry.number), _day(entry.day), posting.account, _text(account),
        _text(posting.customer), _text(customer), _text(entry.document), _day(entry.document_day), _text(posting.text),
        size if debit else "0,00", "0,00" if debit else size, _text(posting.matched), _day(posting.matched_on), _day(entry.entered_on),
        _amount(foreign.decimal) if foreign else "", foreign.currency if foreign else "",
    )  # fmt: skip


def _amount(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _text(value: str) -> str:
    # Tabs and line ends would be read as new fields and new lines.
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", value).strip()
