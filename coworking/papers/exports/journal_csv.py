"""The books as one CSV (RFC 4180): a row a posting, field names in English, whatever program reads it."""

import csv
from io import StringIO

from .books import Books, Entry, Journal, Posting

FIELDS = (
    "journal", "entry", "date", "document", "document_date", "account", "account_name", "customer", "customer_name", "text",
    "debit", "credit", "currency", "vat_category", "vat_rate", "vat_base", "vat_amount", "reference", "due_date",
)  # fmt: skip

# A cell that starts so is a formula to spreadsheets (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(books: Books) -> bytes:
    """UTF-8 with a byte order mark, for spreadsheets that guess wrong without one. Amounts have a decimal point."""
    names = {account.number: account.name for account in books.accounts}
    people = {customer.number: customer.party.name for customer in books.customers}
    output = StringIO()
    writer = csv.writer(output)
    writer.writerow(FIELDS)
    for journal, entry in books.entries():
        for posting in entry.postings:
            writer.writerow(_row(journal, entry, posting, names[posting.account], people.get(posting.customer, "")))
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _row(journal: Journal, entry: Entry, posting: Posting, account: str, customer: str) -> list[str]:
    size, vat = f"{abs(posting.amount.decimal):f}", posting.vat
    debit = posting.amount.minor >= 0
    return [
        _text(journal.code), str(entry.number), entry.day.isoformat(), _text(entry.document), entry.document_day.isoformat(),
        posting.account, _text(account), _text(posting.customer), _text(customer), _text(posting.text),
        size if debit else "", "" if debit else size, posting.amount.currency,
        *([vat.category, f"{vat.rate / 100:g}", f"{vat.base.decimal:f}", f"{vat.vat.decimal:f}"] if vat else [""] * 4),
        _text(posting.reference), posting.due_on.isoformat() if posting.due_on else "",
    ]  # fmt: skip


def _text(value: str) -> str:
    value = value.replace("\x00", "")
    return f"'{value}" if value.startswith(_FORMULA) else value
