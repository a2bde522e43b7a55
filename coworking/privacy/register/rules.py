"""Numbers that a law sets for how rights and incidents are handled: dated rows per country, printed from here too.

How long things are kept is in laws.py, who may be written to in the rules of mail.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from .laws import OTHER, READ

APPLIED = date(2018, 5, 25)


class RuleKey(Enum):
    """What a number says."""

    ANSWER_MONTHS = "answer_months"
    """A request is answered within so many months of its receipt."""
    EXTENSION_MONTHS = "extension_months"
    """So many more, with reasons given within the first."""
    BREACH_HOURS = "breach_hours"
    """The authority is told of a breach within so many hours of our knowing."""
    CONSENT_AGE = "consent_age"
    """From this age on a person agrees alone, where consent is the basis."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One number in one country, with where it stands."""

    key: RuleKey
    country: str
    value: int
    source: str
    since: date = APPLIED
    until: date | None = None
    reviewed_on: date = READ


RULES = (
    Rule(RuleKey.ANSWER_MONTHS, OTHER, 1, "GDPR Art. 12(3)"),
    Rule(RuleKey.EXTENSION_MONTHS, OTHER, 2, "GDPR Art. 12(3)"),
    Rule(RuleKey.BREACH_HOURS, OTHER, 72, "GDPR Art. 33(1)"),
    Rule(RuleKey.CONSENT_AGE, OTHER, 16, "GDPR Art. 8(1)"),
    Rule(RuleKey.CONSENT_AGE, "NO", 13, "personopplysningsloven § 5", since=date(2018, 7, 20)),
    Rule(RuleKey.CONSENT_AGE, "FR", 15, "Loi n° 78-17, art. 45"),
    Rule(RuleKey.CONSENT_AGE, "GB", 13, "Data Protection Act 2018, section 9"),
)


def rule(key: RuleKey, country: str, on: date = READ) -> int:
    """The number in force in ``country`` (ISO 3166-1) on a day; that of the GDPR where the country has no own."""
    for place in (country.upper(), OTHER):
        for row in RULES:
            if row.key is key and row.country == place and row.since <= on and (row.until is None or on <= row.until):
                return row.value
    raise LookupError(f"no rule {key.value} for {country}")
