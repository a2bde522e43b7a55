"""Why every amount is what it is. Each rule that makes charges says its own in the reader's language, from the facts it kept.

A domain that sells registers with ``@rule("booking")`` a function from the charge to its Explanation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.texts import Texts

from .charging import GIVEN_BACK, MANUAL
from .models import Charge


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read on: the words, and the endpoint with its values. What it leads to may be forgotten before the charge is."""

    text: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    is_there: Callable[[], bool] = _always
    """Asked only where the link is printed."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A charge in words: a title, and the lines of its sum with their amounts (a text, empty where there is none)."""

    title: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def detail(self) -> list[str]:
        """What an invoice prints under the title."""
        return [_("%(what)s: %(amount)s", what=text, amount=amount) if amount else text for text, amount in self.lines]


Explain = Callable[[Charge], Explanation]
RULES: dict[str, Explain] = {}


def rule(key: str) -> Callable[[Explain], Explain]:
    """Register how charges of the rule ``key`` are explained. Raises ValueError where another function has the key."""

    def register(explain: Explain) -> Explain:
        if key in RULES and RULES[key].__qualname__ != explain.__qualname__:
            raise ValueError(f"two rules are named {key}")
        RULES[key] = explain
        return explain

    return register


def explain(charge: Charge) -> Explanation:
    """The charge in the language in force."""
    known = RULES.get(charge.rule)
    return known(charge) if known else Explanation(_name(charge.facts) or _("Charge"))


def _name(facts: dict[str, Any]) -> str:
    """What the facts call the thing: one text, or one by language."""
    name = facts.get("name") or facts.get("text") or ""
    return i18n.words(Texts(name)) if isinstance(name, dict) else str(name)


@rule(MANUAL)
def _manual(charge: Charge) -> Explanation:
    return Explanation(_name(charge.facts) or _("Charge"))


@rule(GIVEN_BACK)
def _given_back(charge: Charge) -> Explanation:
    before = db.session.get(Charge, UUID(charge.facts["of"]))
    if before is None:
        return Explanation(_("Given back"))
    what = explain(before)
    because = [(str(charge.facts["reason"]), "")] if charge.facts.get("reason") else []
    said = Link(_("What was charged"), "billing.show_charge", {"charge_id": before.id})
    return Explanation(_("Given back: %(what)s", what=what.title), because, [said])
