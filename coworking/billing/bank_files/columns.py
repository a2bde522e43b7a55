"""Headings of CSV files from banks, as banks in Norway, France and the United Kingdom write them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# DNB, SpareBank 1, Nordea and Sbanken; BNP Paribas, Crédit Agricole and Société Générale; Barclays, HSBC, Lloyds and Starling.
DAY = (
    "bokforingsdato",
    "bokfort dato",
    "bokfort",
    "dato",
    "date operation",
    "date de l'operation",
    "date de comptabilisation",
    "date",
    "booking date",
    "transaction date",
    "posting date",
)
IN = ("inn", "innbetaling", "inn pa konto", "belop inn", "credit", "credit euros", "montant credit", "paid in", "money in", "credit amount")
OUT = ("ut", "uttak", "ut fra konto", "belop ut", "debit", "debit euros", "montant debit", "paid out", "money out", "debit amount")
AMOUNT = (
    "belop",
    "belop i nok",
    "montant",
    "montant operation",
    "montant de l'operation",
    "montant en euros",
    "montant operation en euro",
    "amount",
    "amount (gbp)",
    "value",
    "valeur",
)
CURRENCY = ("valuta", "devise", "currency")
PAYER = (
    "fra konto navn",
    "avsender",
    "betaler",
    "navn",
    "motpart",
    "tiers",
    "nom du tiers",
    "emetteur",
    "donneur d'ordre",
    "counter party",
    "counterparty",
    "payer",
    "name",
)
REFERENCE = ("kid", "kid/melding", "kid melding", "kid-nummer", "melding", "referanse", "reference", "reference client", "payment reference")
TEXT = (
    "forklaring",
    "beskrivelse",
    "tekst",
    "transaksjon",
    "libelle",
    "libelle operation",
    "libelle de l'operation",
    "libelle long",
    "description",
    "memo",
    "narrative",
    "details",
    "transaction description",
)
BANK_REF = (
    "arkivref",
    "arkivreferanse",
    "arkiv ref",
    "transaksjons-id",
    "reference operation",
    "reference banque",
    "numero de piece",
    "transaction id",
    "bank reference",
    "number",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each fact stands in a line; None where the file doesn't tell it."""

    day: int
    amount: int | None
    incoming: int | None
    currency: int | None
    payer: int | None
    references: tuple[int, ...]
    bank_ref: int | None


def plain(heading: str) -> str:
    """Lower case, without accents and idle space."""
    flat = heading.replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("Æ", "Ae").replace("’", "'")
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", flat) if not unicodedata.combining(sign))
    return " ".join(bare.replace('"', "").split()).lower().rstrip(":.")


def recognise(headings: Sequence[str]) -> Columns | None:
    """The columns of a line of headings; None when it isn't one that we know."""
    named = [plain(each) for each in headings]

    def at(names: Sequence[str]) -> int | None:
        return next((named.index(name) for name in names if name in named), None)

    day, amount, incoming = at(DAY), at(AMOUNT), at(IN)
    if day is None or (amount is None and incoming is None):
        return None
    texts = tuple(dict.fromkeys(named.index(name) for name in (*REFERENCE, *TEXT) if name in named))
    return Columns(day, amount if incoming is None else None, incoming, at(CURRENCY), at(PAYER), texts, at(BANK_REF))
