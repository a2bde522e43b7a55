"""What a policy states, as plain data: the same in every language, compared field by field, printed by rendering.py.

Everything comes from the register and from how this installation is set up. Words stand in it only where a removed thing
must still be named later: titles and balancing notes, in our three languages.
"""

import hashlib
import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from coworking.billing import gateways
from coworking.billing.settings import settings_of
from coworking.core import i18n
from coworking.core.db import db
from coworking.core.settings import config
from coworking.operators.models import Operator

from ..models import AddOn
from ..promises import printed
from ..register import ENTRIES
from ..register.authorities import authority_of
from ..register.cookies import KEPT
from ..register.entry import Entry, Held
from ..register.laws import law
from ..register.recipients import RECIPIENTS, Kind, Recipient
from ..register.rules import RuleKey, rule
from ..register.stores import STORES, Place
from ..register.terms import Controller
from .choices import Choices, kept_days

FORM = 1
"""Which fields the facts have. Readers of old versions look at it."""
RIGHTS = ("access", "portability", "correct", "erase", "restrict", "object", "withdraw", "human", "complain")
"""GDPR Art. 15, 20, 16, 17, 18, 21, 7(3), 22 and 77. Everybody has all of them, wherever they live."""
MINIMUM_AGE = 16
"""One floor for all countries: whoever is younger gets no account."""
OWN_ALONE_AGE = 18
"""From this age on somebody makes a contract alone."""
NOTICE_DAYS = 30
"""A change that takes something away counts no sooner than so many days after everybody was told."""


def facts(operator: Operator, on: date, choices: Choices) -> dict[str, Any]:
    """All that the policy of ``operator``, which is in force, says on the day ``on``. Only strings, numbers, lists and dicts."""
    receivers = [*_recipients(operator), *_add_ons()]
    used = {receiver["key"] for receiver in receivers}
    entries = [_entry(entry, choices, used) for entry in ENTRIES.values() if entry.controller is Controller.OPERATOR]
    return {
        "form": FORM,
        "controller": _controller(operator),
        "entries": entries,
        "balancing": _balancing(),
        "recipients": receivers,
        "cookies": [{"name": kept.name, "where": kept.where, "days": kept.days, "for": _texts(kept.what_for)} for kept in KEPT],
        "stores": [
            {"key": store.name, "title": _texts(store.title), "days": store.days, "how": _texts(store.how)}
            for store in STORES.values()
            if store.place is Place.OURS
        ],
        "laws": _laws(entries, operator.country, on),
        "authority": _authority(operator.country, on),
        "rules": {key.value: rule(key, operator.country, on) for key in RuleKey},
        "rights": list(RIGHTS),
        "promises": _promises(),
        "ages": {"least": MINIMUM_AGE, "alone": OWN_ALONE_AGE},
        "notice_days": NOTICE_DAYS,
        "supplement": choices.supplement,
    }


def canonical(data: Any) -> bytes:
    """``data`` as JSON in one form: keys in order, nothing idle, UTF-8 (as RFC 8785 has it, for what we put in)."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data: Any) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


def _controller(operator: Operator) -> dict[str, Any]:
    return {
        "name": operator.name,
        "legal_name": operator.legal_name or operator.name,
        "org_number": operator.org_number,
        "address": operator.address_lines,
        "country": operator.country,
        "email": operator.email,
        "phone": operator.phone,
    }


def _entry(entry: Entry, choices: Choices, used: set[str]) -> dict[str, Any]:
    uses = [
        {
            "purpose": use.purpose.value,
            "basis": use.basis.value,
            **({"balancing": _mark(use.balancing)} if use.balancing is not None else {}),
            **({"consent": use.consent} if use.consent is not None else {}),
        }
        for use in entry.uses
    ]
    return {
        "key": entry.key,
        "title": _texts(entry.title),
        "subjects": sorted(subject.value for subject in entry.subjects),
        "uses": uses,
        "source": sorted(source.value for source in entry.source),
        "readers": sorted(reader.value for reader in entry.readers),
        "recipients": [key for key in entry.recipients if key in used],
        "retention": _retention(entry, choices),
        "erase": entry.erase.value,
        "export": entry.export.value,
        "withheld": _texts(entry.withheld) if entry.withheld is not None else {},
        "optional": entry.optional,
    }


def _retention(entry: Entry, choices: Choices) -> dict[str, Any]:
    if isinstance(entry.retention, Held):
        return {"law": entry.retention.law}
    return {"clock": entry.retention.clock.value, "days": kept_days(entry.key, choices.days.get(entry.key))}


def _balancing() -> dict[str, dict[str, str]]:
    notes = [use.balancing for entry in ENTRIES.values() for use in entry.uses if use.balancing is not None]
    return {_mark(note): _texts(note) for note in notes}


def _recipients(operator: Operator) -> list[dict[str, Any]]:
    row = gateways.gateway()
    on = {"smtp_url": bool(config().smtp_url), "gateway": row is not None and row.enabled, "check_vies": settings_of(operator).check_vies}
    return [_recipient(each, operator) for each in RECIPIENTS.values() if each.setting is None or on.get(each.setting, True)]


def _recipient(each: Recipient, operator: Operator) -> dict[str, Any]:
    places = {"host": config().host_country or operator.country, "operator": operator.country}
    return {
        "key": each.key,
        "name": config().host_name if each.key == "storage" else each.name,
        "kind": each.kind.value,
        "for": _texts(each.what_for),
        "country": places.get(each.country, each.country),
        "transfer": each.transfer.value,
        "fields": list(each.fields),
        "url": each.policy_url,
    }


def _add_ons() -> list[dict[str, Any]]:
    rows = db.session.scalars(sa.select(AddOn).where(AddOn.enabled).order_by(AddOn.id))
    return [
        {
            "key": f"add_on-{row.id}",
            "name": f"{row.provider} ({row.name})",
            "kind": Kind.CONTROLLER.value,
            "for": {code: row.purpose.in_(code) for code in i18n.CODES},
            "country": row.country,
            "transfer": row.transfer,
            "fields": ["IP address", "User-Agent", "Referer"],
            "url": row.policy_url,
            "consent": True,
        }
        for row in rows
    ]


def _laws(entries: list[dict[str, Any]], country: str, on: date) -> dict[str, Any]:
    found = {}
    for key in sorted({entry["retention"]["law"] for entry in entries if "law" in entry["retention"]}):
        row = law(key, country, on)
        found[key] = {
            "months": row.months,
            "clock": row.clock.value,
            "name": _texts(row.name),
            "source": row.source,
            "read_on": row.reviewed_on.isoformat(),
        }
    return found


def _authority(country: str, on: date) -> dict[str, Any]:
    row = authority_of(country, on)
    return {"name": row.name, "url": row.url, "complaint_url": row.complaint_url, "address": list(row.address), "phone": row.phone}


def _promises() -> list[dict[str, Any]]:
    """Each sentence once, with all founding promises that it keeps."""
    found: dict[str, dict[str, Any]] = {}
    for promise in printed():
        assert promise.printed is not None  # noqa: S101 - printed() gives no other
        key, topic = _mark(promise.printed), promise.topic.value if promise.topic else ""
        row = found.setdefault(key, {"key": key, "topic": topic, "text": _texts(promise.printed), "ids": []})
        row["ids"].append(promise.id)
    return list(found.values())


def _texts(text: LazyString) -> dict[str, str]:
    said = {}
    for code in i18n.CODES:
        with i18n.speaking(code):
            said[code] = str(text)
    return said


def _mark(note: LazyString) -> str:
    with i18n.speaking("en"):
        return hashlib.sha256(str(note).encode()).hexdigest()[:8]
