"""What a plan and a receipt say, in the reader's language."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.core import i18n

from ..models import ErasureReceipt
from . import receipts
from .planning import Line, Outcome


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a plan or a receipt: what happened, and to what."""

    key: str
    title: str
    rows: list[tuple[str, str]]
    """What it is, and how much or how long."""


def sections(receipt: ErasureReceipt) -> list[Section]:
    """The receipt as it is read."""
    return _sections(receipts.lines_of(receipt), _done())


def preview(lines: list[Line]) -> list[Section]:
    """The plan as it is read before anybody confirms."""
    return _sections(lines, _planned())


def _sections(lines: list[Line], titles: dict[Outcome, str]) -> list[Section]:
    made = []
    for outcome, title in titles.items():
        rows = [(str(line.title), _said(line)) for line in lines if line.outcome is outcome]
        if rows:
            made.append(Section(outcome.value, title, rows))
    return made


def _planned() -> dict[Outcome, str]:
    return {
        Outcome.ERASED: _("Will be erased"),
        Outcome.SEVERED: _("Becomes a count that names nobody"),
        Outcome.CUT: _("Your name goes out of it"),
        Outcome.EXPIRES: _("Goes by itself within days"),
        Outcome.KEPT: _("Has to stay, then goes"),
    }


def _done() -> dict[Outcome, str]:
    return {
        Outcome.ERASED: _("Erased"),
        Outcome.SEVERED: _("Became a count that names nobody"),
        Outcome.CUT: _("The name is out of it"),
        Outcome.EXPIRES: _("Goes by itself within days"),
        Outcome.KEPT: _("Had to stay, then goes"),
    }


def _said(line: Line) -> str:
    if line.outcome is not Outcome.KEPT or line.until is None:
        return ngettext("%(num)d record", "%(num)d records", line.count)
    until = i18n.short_date(line.until)
    if line.law_name is None:
        return _("until %(date)s, because of a dispute or an order", date=until)
    return _("until %(date)s, under the %(law)s", date=until, law=str(line.law_name))
