"""The policy as its readers ask for it: which version, in which language, for whom; kept in memory as long as it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from coworking.core import clock, i18n, kept
from coworking.operators.models import Operator

from ..models import PolicyVersion
from ..policy import rendering, versions, wording
from ..policy.choices import Choices
from ..policy.facts import facts
from ..register.terms import Subject

READERS: dict[str, LazyString] = {
    Subject.VISITOR.value: lazy_gettext("I visit the site"),
    Subject.MEMBER.value: lazy_gettext("I am a member"),
    Subject.GUEST.value: lazy_gettext("I am a guest"),
    Subject.CUSTOMER.value: lazy_gettext("I pay"),
    Subject.STAFF.value: lazy_gettext("I work here"),
}
"""For whom the tables can be narrowed. Without a choice they are whole."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A version, as lists and notes name it."""

    number: int
    state: str
    effective_on: date
    published_on: date
    material: bool
    hash: str
    sentences: list[Markup]
    """What changed, in the language in force."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What /privacy shows: the version that counts, as it was published, and the one that comes."""

    page: dict[str, Any]
    version: Announced | None
    """None before the first version: then the page is what it would say."""
    coming: Announced | None
    on: date


def current(code: str) -> Shown:
    """What counts today at the operator of this request, in the language ``code``."""
    today = clock.today(g.operator.zone)
    found: Shown | None = kept.under_edition("policy", code, i18n.language(), today, make=lambda: _counting(code, today))
    return found or Shown(rendering.page(facts(g.operator, today, Choices()), code), None, None, today)


def _counting(code: str, today: date) -> Shown | None:
    now = versions.in_force(g.operator.id, today)
    if now is None:
        return None
    coming = versions.coming(g.operator.id, today)
    return Shown(now.pages[code], announced(now, "now"), announced(coming, "coming") if coming is not None else None, today)


def announced(version: PolicyVersion, state: str) -> Announced:
    """A version for lists and notes, its changes in words."""
    operator: Operator = g.operator
    sentences = [wording.changed(change) for change in version.changes]
    published_on = clock.wall_day(version.published_at, operator.zone)
    return Announced(version.number, state, version.effective_on, published_on, version.material, version.hash, sentences)


def listed() -> list[Announced]:
    """Every version ever published, the newest first."""
    now = versions.in_force(g.operator.id, clock.today(g.operator.zone))
    return [announced(version, versions.state(version, now)) for version in versions.all_of(g.operator.id)]


def feed_time(version: PolicyVersion) -> datetime:
    """When something last happened to a version."""
    return version.withdrawn_at or version.published_at
