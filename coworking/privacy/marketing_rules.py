"""Who may be written to for advertising, by country: dated, and read from here alone.

Sources: Norway, markedsføringsloven § 15 (Forbrukertilsynet's guide); France, CPCE art. L34-5; United Kingdom, PECR 2003
reg. 22; everywhere else the rule of directive 2002/58/EC art. 13 in its strictest reading.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Kind(Enum):
    """Whom an address belongs to."""

    PERSON = "person"
    COMPANY = "company"
    """A box of a company that names nobody, such as info@ or post@."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one country says of one kind. ``country``: ISO 3166-1, empty for all that have no row of their own."""

    country: str
    kind: Kind
    consent: bool
    """Whether a consent must come first; else it is enough that nobody said no."""
    customers: bool
    """Whether one's own customers may get offers of similar things, if told so with a way to say no when the address was taken."""
    valid_from: date
    reviewed_on: date


_READ = date(2026, 11, 22)
RULES: tuple[Rule, ...] = (
    Rule("NO", Kind.PERSON, True, True, date(2009, 6, 1), _READ),
    Rule("NO", Kind.COMPANY, False, True, date(2009, 6, 1), _READ),
    Rule("FR", Kind.PERSON, True, True, date(2004, 6, 22), _READ),
    Rule("FR", Kind.COMPANY, False, True, date(2004, 6, 22), _READ),
    Rule("GB", Kind.PERSON, True, True, date(2003, 12, 11), _READ),
    Rule("GB", Kind.COMPANY, False, True, date(2003, 12, 11), _READ),
    Rule("", Kind.PERSON, True, False, date(2002, 7, 31), _READ),
    Rule("", Kind.COMPANY, True, False, date(2002, 7, 31), _READ),
)

NAMES_NOBODY = frozenset(
    {"accueil", "administration", "bureau", "compta", "comptabilite", "contact", "faktura", "firmapost", "hello", "info", "invoices", "kontakt",
     "office", "post", "postmottak", "regnskap", "sales"}
)  # fmt: skip
"""What stands before the @ of a box that is nobody's own."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one address. Whatever was not asked or told counts as no."""

    said_yes: bool = False
    said_no: bool = False
    is_customer: bool = False
    similar: bool = False
    told_at_collection: bool = False


def rule_of(country: str, kind: Kind, on: date) -> Rule:
    """The rule in force on a day, the newest first; a country without a row has the strictest."""
    found = [rule for rule in RULES if rule.kind is kind and rule.country in {country.upper(), ""} and rule.valid_from <= on]
    return max(found, key=lambda rule: (rule.country != "", rule.valid_from))


def allowed(country: str, kind: Kind, facts: Facts, on: date) -> bool:
    """Whether an address may be written to for advertising on a day. Whoever said no never is."""
    if facts.said_no:
        return False
    rule = rule_of(country, kind, on)
    own_customer = rule.customers and facts.is_customer and facts.similar and facts.told_at_collection
    return facts.said_yes or not rule.consent or own_customer


def names_nobody(email: str) -> bool:
    """Whether the address is a box of a house, not of somebody in it."""
    return email.partition("@")[0].lower() in NAMES_NOBODY
