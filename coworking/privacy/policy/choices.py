"""What an operator may choose in its policy: how long some things are kept, and words of its own beside the register's."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.texts import Texts

from ..models import PolicyDraft, RetentionChoice
from ..register import ENTRIES
from ..register.entry import Keep


@dataclass(frozen=True, slots=True)
class Choices:
    """Days by key of the register, and Markdown by language."""

    days: dict[str, int] = field(default_factory=dict)
    supplement: dict[str, str] = field(default_factory=dict)


def open_keys() -> list[str]:
    """Keys of what an operator may choose a time for, in the register's order."""
    return [key for key, entry in ENTRIES.items() if isinstance(entry.retention, Keep) and entry.retention.least is not None]


def families() -> dict[str, list[str]]:
    """The same keys by what they begin with: what goes together in one row goes at one time, so it is chosen together."""
    found: dict[str, list[str]] = {}
    for key in open_keys():
        found.setdefault(key.partition(".")[0], []).append(key)
    return found


def bounds(family: str) -> Keep:
    """What the register allows all keys of a family."""
    times = [retention for key in families()[family] if isinstance(retention := ENTRIES[key].retention, Keep)]
    least, most = max(time.least or 0 for time in times), min(time.most or 0 for time in times)
    return Keep(times[0].clock, min(max(times[0].days, least), most), least, most)


def kept_days(key: str, wanted: int | None) -> int | None:
    """The days that count for ``key``: what was wanted, within what the register allows now. None where a law says how long."""
    retention = ENTRIES[key].retention
    if not isinstance(retention, Keep):
        return None
    if wanted is None or retention.least is None or retention.most is None:
        return retention.days
    return min(max(wanted, retention.least), retention.most)


def drafted() -> Choices:
    """What the operator in force has chosen so far, published or not."""
    draft = db.session.get(PolicyDraft, tenancy.current_operator_id())
    rows = db.session.execute(sa.select(RetentionChoice.key, RetentionChoice.days))
    return Choices({key: days for key, days in rows if key in ENTRIES}, _said(draft.supplement if draft is not None else {}))


def draft(choices: Choices) -> None:
    """Keep what the operator in force chooses. It counts for nobody until it is published; the register's own times leave no row."""
    known = {row.key: row for row in db.session.scalars(sa.select(RetentionChoice))}
    for key in open_keys():
        days, row = choices.days.get(key), known.get(key)
        wanted = kept_days(key, days) or 0
        if wanted == kept_days(key, None):
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(RetentionChoice(key=key, days=wanted))
        elif row.days != wanted:
            row.days, row.changed_at = wanted, clock.now()
    words = db.session.get(PolicyDraft, tenancy.current_operator_id()) or PolicyDraft(operator_id=tenancy.current_operator_id())
    words.supplement, words.changed_at = Texts(_said(choices.supplement)), clock.now()
    db.session.add(words)
    db.session.flush()


def published(facts: dict[str, Any]) -> Choices:
    """The choices that stand in a version's facts."""
    days = {entry["key"]: entry["retention"]["days"] for entry in facts["entries"] if "days" in entry["retention"]}
    return Choices({key: value for key, value in days.items() if key in ENTRIES}, _said(facts["supplement"]))


def _said(texts: dict[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if text}
