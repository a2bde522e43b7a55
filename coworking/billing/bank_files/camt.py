"""camt.053 (ISO 20022, bank to customer statement), every version: read by local names."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from coworking.core.money import Money, from_decimal

from .lines import MOST_LINES, Credit, NotABankFile, Statement

Element = Any  # lxml carries no types


def looks_right(data: bytes) -> bool:
    """Whether it is XML at all."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read(data: bytes) -> Statement:
    """The credits of a statement; raises NotABankFile. Entities and document types are refused, not expanded."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotABankFile("broken") from None
    if root.getroottree().docinfo.doctype:
        raise NotABankFile("broken")
    if _local(root) != "Document" or "camt.053" not in (root.nsmap.get(root.prefix) or "") or not list(_each(root, "BkToCstmrStmt")):
        raise NotABankFile("unknown", _local(root)[:40])
    found: list[Credit] = []
    skipped = 0
    for entry in root.iter("{*}Ntry"):
        came = list(_credits(entry))
        found += came
        skipped += not came
        if len(found) > MOST_LINES:
            raise NotABankFile("too_large")
    return Statement("camt.053", tuple(found), skipped)


def _credits(entry: Element) -> Iterator[Credit]:
    if _text(entry, "CdtDbtInd") != "CRDT" or _text(entry, "RvslInd") == "true" or _status(entry) not in {"", "BOOK"}:
        return
    booked = _day(entry)
    whole = _money(next(_each(entry, "Amt"), None))
    details = [each for group in _each(entry, "NtryDtls") for each in _each(group, "TxDtls")]
    parts = [(each, _amount_of(each)) for each in details]
    # A batch tells each payment's own amount; else there is one payment, and the entry says how much.
    if len(parts) > 1 and all(amount is not None for _details, amount in parts):
        for number, (each, amount) in enumerate(parts):
            assert amount is not None  # noqa: S101 - checked just above
            yield _credit(entry, each, amount, booked, number)
    else:
        yield _credit(entry, details[0] if details else entry, whole, booked, 0)


def _credit(entry: Element, details: Element, amount: Money, booked: date, number: int) -> Credit:
    if amount.minor <= 0:
        raise NotABankFile("broken")
    ref = _first(details, "AcctSvcrRef", "TxId", "EndToEndId") or _first(entry, "AcctSvcrRef", "NtryRef")
    structured = [_squeezed(each) for group in details.iter("{*}CdtrRefInf") for each in _each(group, "Ref")]
    free = [_squeezed(each) for each in details.iter("{*}Ustrd")]
    payer = next((_text(party, "Nm") or _text_in(party, "Pty", "Nm") for group in details.iter("{*}RltdPties") for party in _each(group, "Dbtr")), "")
    own = ref + (f"/{number}" if ref and number and not _first(details, "AcctSvcrRef", "TxId") else "")
    return Credit(booked, amount, payer[:140], " ".join(structured or free)[:140], "" if own == "NOTPROVIDED" else own[:140])


def _amount_of(details: Element) -> Money | None:
    plain = next(_each(details, "Amt"), None)
    if plain is None:
        plain = next((each for group in _each(details, "AmtDtls") for tx in _each(group, "TxAmt") for each in _each(tx, "Amt")), None)
    return _money(plain) if plain is not None else None


def _money(amount: Element | None) -> Money:
    currency = amount.get("Ccy", "") if amount is not None else ""
    if amount is None or len(currency) != 3 or not currency.isalpha():
        raise NotABankFile("broken")
    try:
        value = Decimal((amount.text or "").strip())
    except InvalidOperation:
        raise NotABankFile("broken") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise NotABankFile("broken")
    return from_decimal(value, currency.upper())


def _day(entry: Element) -> date:
    for name in ("BookgDt", "ValDt"):
        for group in _each(entry, name):
            written = _text(group, "Dt") or _text(group, "DtTm")
            try:
                return date.fromisoformat(written[:10])
            except ValueError:
                continue
    raise NotABankFile("broken")


def _status(entry: Element) -> str:
    """BOOK or PDNG: text in old versions, a code inside in new ones."""
    return _text(entry, "Sts") or _text_in(entry, "Sts", "Cd")


def _each(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent if _local(child) == name)


def _text(parent: Element, name: str) -> str:
    return next((_squeezed(child) for child in _each(parent, name)), "")


def _text_in(parent: Element, outer: str, inner: str) -> str:
    return next((_text(group, inner) for group in _each(parent, outer)), "")


def _first(parent: Element, *names: str) -> str:
    for name in names:
        for found in parent.iter(f"{{*}}{name}"):
            if text := _squeezed(found):
                return text
    return ""


def _squeezed(element: Element) -> str:
    return " ".join((element.text or "").split())


def _local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
