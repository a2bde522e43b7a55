"""Records of processing activities (GDPR Art. 30): the operator's as controller, and the host's as its processor.

Both are made from the facts of the policy, so they say what the policy says. Words are in the language in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from ..documents.identity import Host
from ..measures import MEASURES
from ..policy import wording
from ..register.terms import Basis, Purpose, Reader, Subject

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is shown and downloaded: who, a table with a row for each purpose, and the measures."""

    title: str
    facts: tuple[tuple[str, str], ...]
    head: Row
    rows: tuple[Row, ...]
    measures: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Each row under its first cell, the others with their headings beside them: for the screen, where a wide table is hard to read."""
        return tuple((row[0], tuple(zip(self.head[1:], row[1:], strict=True))) for row in self.rows)


def controller(facts: dict[str, Any]) -> Record:
    """What the operator must be able to show of its own processing (Art. 30(1))."""
    head = (
        _("What for"), _("On the basis of"), _("Whose data"), _("What data"), _("Seen by"), _("Sent to"), _("Outside the European Economic Area"),
        _("Erased"),
    )  # fmt: skip
    return Record(_("Record of processing, as controller"), _controller(facts), head, tuple(_activities(facts)), _measures())


def processor(facts: dict[str, Any], host: Host | None) -> Record:
    """What the host must be able to show of what it does for the operator (Art. 30(2))."""
    name = ", ".join(part for part in (host.name, host.address, host.email) if part) if host is not None else _("The host of the software")
    who = ((_("Processor"), name), *_controller(facts))
    head = (_("What is done for the controller"), _("Sent to"), _("Outside the European Economic Area"))
    rows = tuple((str(wording.term(Purpose, purpose)), _receivers(facts, entries), _away(facts, entries)) for purpose, entries in _by_purpose(facts))
    return Record(_("Record of processing, as processor"), who, head, rows, _measures())


def _controller(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    who, watches = facts["controller"], facts["authority"]
    address = ", ".join([who["legal_name"], *who["address"]])
    found = (
        (_("Controller"), address), (_("Organisation number"), who["org_number"]), (_("Contact"), ", ".join(filter(None, (who["email"], who["phone"])))),
        (_("Authority"), f"{watches['name']}, {watches['url']}"),
    )  # fmt: skip
    return tuple((name, value) for name, value in found if value)


def _by_purpose(facts: dict[str, Any]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    for purpose in Purpose:
        entries = [entry for entry in facts["entries"] if any(use["purpose"] == purpose.value for use in entry["uses"])]
        if entries:
            yield purpose.value, entries


def _activities(facts: dict[str, Any]) -> Iterable[Row]:
    for purpose, entries in _by_purpose(facts):
        readers = {each for entry in entries for each in entry["readers"]}
        bases = {use["basis"] for entry in entries for use in entry["uses"] if use["purpose"] == purpose}
        yield (
            wording.term(Purpose, purpose),
            wording.terms(Basis, _in_order(Basis, bases)),
            wording.terms(Subject, _in_order(Subject, {each for entry in entries for each in entry["subjects"]})),
            "; ".join(wording.said(entry["title"]) for entry in entries),
            wording.terms(Reader, _in_order(Reader, readers - {Reader.SELF.value, Reader.NOBODY.value} or {Reader.NOBODY.value})),
            _receivers(facts, entries),
            _away(facts, entries),
            "; ".join(dict.fromkeys(_plain(wording.kept(entry["retention"], facts["laws"])) for entry in entries)),
        )


def _in_order(kind: Any, values: set[str]) -> list[str]:
    return [member.value for member in kind if member.value in values]


def _used(facts: dict[str, Any], entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = {key for entry in entries for key in entry["recipients"]}
    return [each for each in facts["recipients"] if each["key"] in keys]


def _receivers(facts: dict[str, Any], entries: list[dict[str, Any]]) -> str:
    return "; ".join(
        _("%(name)s in %(country)s", name=wording.receiver(each["key"], each["name"]), country=wording.country(each["country"]))
        for each in _used(facts, entries)
    )


def _away(facts: dict[str, Any], entries: list[dict[str, Any]]) -> str:
    away = [each for each in _used(facts, entries) if each["transfer"] != "eea"]
    return "; ".join(f"{wording.country(each['country'])}: {wording.TRANSFERS[each['transfer']]}" for each in away) or _("nothing")


def _measures() -> tuple[str, ...]:
    return tuple(str(measure.text) for measure in MEASURES)


def _plain(text: str) -> str:
    return Markup(text).striptags()  # noqa: S704 - words of ours, on their way out of HTML
