"""What goes with a copy: all that GDPR Art. 15(1) and (2) ask to be said, for each kind of data, in the person's language."""

from typing import Any

from flask_babel import gettext as _

from coworking.core import clock, i18n

from ..finding import Subject
from ..models import PolicyVersion, Statement
from ..policy import wording
from ..showing import columns, shown_tables
from ..showing.about import Facts, said
from ..showing.labels import title

FORM = 1
"""Which fields the manifest has."""


def manifest(subject: Subject, stated: Facts, counts: dict[str, int], statements: list[Statement], version: PolicyVersion | None) -> dict[str, Any]:
    """Plain data, as it stands in manifest.json and on the first page of the copy."""
    controller, authority = stated["controller"], stated["authority"]
    return {
        "form": FORM,
        "made_at": clock.now().isoformat(),
        "language": i18n.language(),
        "about": subject.email or _("your account"),
        "controller": controller,
        "authority": authority,
        "rights": [str(wording.RIGHTS[right]) for right in stated["rights"]],
        "automated_decisions": _("None. No machine decides about you alone, and no profiles are made."),
        "policy": {"number": version.number, "effective_on": version.effective_on.isoformat(), "sha256": version.hash} if version else None,
        "recipients": [_recipient(row) for row in stated["recipients"]],
        "entries": _entries(stated, counts, statements),
        "files": [_file(name, counts[name]) for name in shown_tables() if name in counts],
        "nothing_in": [str(title(name)) for name in shown_tables() if name not in counts],
        "reading": _(
            "Moments are in UTC (ISO 8601), amounts in whole units of their currency. Other people stand here as their role: their names are theirs."
        ),
    }


def _recipient(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "name": wording.receiver(row["key"], row["name"]),
        "what_for": wording.said(row["for"]),
        "role": str(wording.KINDS[row["kind"]]),
        "country": wording.country(row["country"]),
        "transfer": str(wording.TRANSFERS.get(row["transfer"], row["transfer"])),
        "fields": row["fields"],
        "policy": row["url"],
    }


def _entries(stated: Facts, counts: dict[str, int], statements: list[Statement]) -> list[dict[str, Any]]:
    held: dict[str, dict[str, int]] = {}
    for name in shown_tables():
        for column in columns(name):
            if column.key is not None and name in counts:
                held.setdefault(column.key, {})[name] = counts[name]
    return [
        {
            "key": each.key,
            "title": each.title,
            "records": held.get(each.key, {}),
            "purposes": [{"what_for": what, "basis": basis, "weighed": note} for what, basis, note in each.purposes],
            "source": each.source,
            "seen_by": each.readers,
            "recipients": each.recipients,
            "kept": each.kept,
            "law": each.law,
            "when_erased": each.erased,
            "copy": each.copied,
            "not_copied_because": each.withheld,
            "your_statements": [row.words for row in statements if row.about == each.key],
        }
        for each in said(stated)
    ]


def _file(name: str, count: int) -> dict[str, Any]:
    return {
        "name": name,
        "title": str(title(name)),
        "records": count,
        "json": f"data/{name}.json",
        "csv": f"data/{name}.csv",
        "columns": [{"name": column.name, "title": str(column.label), "entry": column.key, "sort": column.sort.value} for column in columns(name)],
    }
