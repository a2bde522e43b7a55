"""From lines of the bank's file to payments. A reference with right check digits decides; everything else only suggests."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID, uuid5

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator

from . import balance, bank_files, recording, references
from .models import Account, BankFile, BankLine, Invoice, InvoiceKind, InvoiceState

OPEN, MATCHED, SET_ASIDE = "open", "matched", "set_aside"
A_BATCH = 50
"""Lines matched in one go: a file of a year must not keep the only writer's place."""
ALIKE = 0.75
SUGGESTIONS = 3


class FileKnown(Exception):
    """Exactly this file was read before. ``file`` says when."""

    def __init__(self, file: BankFile) -> None:
        super().__init__(file.sha256)
        self.file = file


class NotOpen(ValueError):
    """The line was matched or set aside already, or does not fit that invoice's currency."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file."""

    file: BankFile
    new: int
    known: int
    """Lines that an earlier file had already brought."""
    skipped: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An invoice that a line may be for, and why."""

    invoice: Invoice
    owed: Money
    why: str
    """reference, amount_and_name, amount or name."""


def take_in(name: str, data: bytes, operator: Operator, *, by: UUID) -> Read:
    """Keep what came in by a file, each line once whatever files it comes in.

    Raises bank_files.NotABankFile, after which nothing is kept, or FileKnown.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if (before := db.session.scalar(sa.select(BankFile).where(BankFile.sha256 == sha256))) is not None:
        raise FileKnown(before)
    statement = bank_files.read(data, operator.currency)
    file = BankFile(name=name[:120], kind=statement.kind, sha256=sha256, lines_count=len(statement.credits), read_by_id=by)
    db.session.add(file)
    db.session.flush()
    alike: Counter[bank_files.Credit] = Counter()
    fresh: dict[str, bank_files.Credit] = {}
    for credit in statement.credits:
        alike[credit] += 1
        fresh[credit.fingerprint(alike[credit])] = credit
    known = _known(list(fresh))
    rows = [_row(file, fingerprint, credit) for fingerprint, credit in fresh.items() if fingerprint not in known]
    db.session.add_all(rows)
    db.session.flush()
    return Read(file, len(rows), len(known), statement.skipped)


def match_all(limit: int = A_BATCH) -> int:
    """Match open lines whose reference names one invoice; returns how many. Never guesses."""
    done = 0
    wanted = sa.select(BankLine).where(BankLine.state == OPEN, BankLine.reference != "").order_by(BankLine.booked_on, BankLine.id)
    for line in db.session.scalars(wanted).all():
        invoice = by_reference(line)
        if invoice is not None:
            match(line, invoice)
            done += 1
            if done >= limit:
                break
    return done


def by_reference(line: BankLine) -> Invoice | None:
    """The one invoice that the line's reference names, in its currency; None for none or several."""
    named = list(references.found_in(line.reference))
    if not named:
        return None
    found = db.session.scalars(
        sa.select(Invoice).where(
            Invoice.reference.in_(named), Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value,
            Invoice.currency == line.currency,
        )
    ).all()  # fmt: skip
    return found[0] if len(found) == 1 else None


def match(line: BankLine, invoice: Invoice, *, by: UUID | None = None, note: str = "") -> None:
    """The line pays this invoice; what is left of it pays the payer's others, and is credit beyond. Raises NotOpen."""
    if invoice.currency != line.currency:
        raise NotOpen
    _match(line, db.session.get_one(Account, invoice.account_id), f"invoice:{invoice.id}", by, note)


def match_to_account(line: BankLine, account: Account, *, by: UUID) -> None:
    """The line is from this payer: it pays what is due first, and is credit beyond. Raises NotOpen."""
    _match(line, account, f"account:{account.id}", by, "")


def set_aside(line: BankLine, note: str) -> None:
    """The money is for something else, such as a grant or the bank's interest. It can be taken up again."""
    if line.state == OPEN:
        line.state, line.note = SET_ASIDE, note[:240]


def take_up(line: BankLine) -> None:
    """Look for its invoice again."""
    if line.state == SET_ASIDE:
        line.state, line.note = OPEN, ""


def suggestions(line: BankLine, limit: int = SUGGESTIONS) -> list[Suggestion]:
    """Open invoices that the line may be for, the likeliest first. A person decides."""
    named = by_reference(line)
    if named is not None:
        return [Suggestion(named, balance.open_amount(named), "reference")]
    wanted = sa.select(Invoice, balance.OPEN).where(
        Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value, Invoice.currency == line.currency, balance.OPEN > 0
    )
    ranked = []
    for invoice, owed in db.session.execute(wanted.order_by(Invoice.due_on, Invoice.number).limit(2000)):
        told = f"{line.payer} {line.reference}"
        alike = max(_alike(invoice.buyer.get("name", "") or invoice.account.name, line.payer), float(_says(invoice, told)))
        same = int(owed) == line.amount
        if same or alike >= ALIKE:
            why = "amount_and_name" if same and alike >= ALIKE else "amount" if same else "name"
            ranked.append((-(2 * alike + same), Suggestion(invoice, Money(int(owed), invoice.currency), why)))
    return [suggestion for _rank, suggestion in sorted(ranked, key=lambda pair: pair[0])[:limit]]


def waiting(limit: int, offset: int = 0, state: str = OPEN) -> Sequence[BankLine]:
    """Lines in a state, the newest first."""
    wanted = sa.select(BankLine).where(BankLine.state == state).order_by(BankLine.booked_on.desc(), BankLine.id)
    return db.session.scalars(wanted.limit(limit).offset(offset)).all()


def _match(line: BankLine, account: Account, purpose: str, by: UUID | None, note: str) -> None:
    db.session.flush()
    db.session.refresh(line, with_for_update=True)
    if line.state != OPEN:
        raise NotOpen
    operator = db.session.get_one(Operator, line.operator_id)
    # The bank may date an entry ahead; nothing was received on a day that has not come.
    day = min(line.booked_on, clock.today(operator.zone))
    payment = recording.record(
        account, Money(line.amount, line.currency), "transfer", day, purpose=purpose, note=note or line.reference[:240], by=by,
        payment_id=uuid5(line.id, "payment"),
    )  # fmt: skip
    line.state, line.payment_id = MATCHED, payment.id
    db.session.flush()


def _known(fingerprints: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(fingerprints), 500):
        part = fingerprints[start : start + 500]
        known |= set(db.session.scalars(sa.select(BankLine.fingerprint).where(BankLine.fingerprint.in_(part))))
    return known


def _row(file: BankFile, fingerprint: str, credit: bank_files.Credit) -> BankLine:
    return BankLine(
        file_id=file.id, booked_on=credit.booked_on, amount=credit.amount.minor, currency=credit.amount.currency,
        payer=credit.payer, reference=credit.reference, bank_ref=credit.bank_ref, fingerprint=fingerprint,
    )  # fmt: skip


def _says(invoice: Invoice, told: str) -> bool:
    """Whether the payer wrote the invoice's number, as printed or without its zeros."""
    words = re.findall(r"[A-Z]*-?[0-9]+", told.upper())
    return invoice.label.upper() in told.upper() or any(
        invoice.number is not None and word.lstrip("0") == str(invoice.number) and len(word) > 3 for word in words
    )


def _alike(one: str, other: str) -> float:
    first, second = _bare(one), _bare(other)
    if not first or not second:
        return 0.0
    if set(first.split()) <= set(second.split()) or set(second.split()) <= set(first.split()):
        return 1.0
    return SequenceMatcher(None, first, second).ratio()


def _bare(name: str) -> str:
    flat = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(sign for sign in flat if not unicodedata.combining(sign)).lower()))
