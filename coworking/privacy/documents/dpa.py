"""The agreement between host and operator on processing personal data (GDPR Art. 28(3)), with its annexes from the registers."""

from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.operators.models import Operator

from ..measures import MEASURES
from ..moving.departing import FETCH_LEAST
from ..register import ENTRIES
from ..register.terms import Controller, Subject
from .announced import NOTICE
from .document import Document, Grid, Link, Section
from .identity import host, host_missing, host_note

INCIDENT_HOURS = 24
"""Between our knowing of an incident and the operator being told: the operator's own 72 hours begin then at the latest."""


def dpa(operator: Operator | None) -> Document:
    """The agreement as it stands for every operator."""
    lead = _(
        "Between the host of this service, as processor, and the operator of a space, as controller. It counts with the contract for the service."
    )
    return Document(
        "dpa", _("Data processing agreement"), lead, (_parties(operator), *_duties(), *_end(), *_annexes()),
        host_note(operator) if operator is not None else host_missing(),
    )  # fmt: skip


def _parties(operator: Operator | None) -> Section:
    where = host(operator)
    texts = [
        _("Processor: %(name)s, %(address)s.", name=where.name, address=where.address)
        if where is not None
        else _("Processor: the host of this service.")
    ]
    if operator is not None:
        texts.append(_("Controller: %(name)s, %(address)s.", name=operator.legal_name, address=", ".join(operator.address_lines)))
    else:
        texts.append(_("Controller: each operator of a space."))
    if where is not None and where.own:
        texts.append(_("Here both are the same company: it runs the software itself, so nothing is processed on behalf of another."))
    return Section("parties", _("The two sides"), tuple(texts))


def _duties() -> tuple[Section, ...]:
    return (
        Section("subject", _("What it is about"), (
            _("Running the software with which the operator lets rooms and desks. What data, whose and what for stands in annex 1."),
            _("It lasts as long as the contract for the service, and until everything is erased afterwards."),
        )),
        Section("instructions", _("Instructions"), (
            _("The processor works with the data only as the operator instructs, by what it sets and does in the software or in writing, and never for its own ends."),
            _("If an instruction seems unlawful the processor says so before it follows it."),
        )),
        Section("people", _("Who touches it"), (
            _("Staff of the processor are bound to keep silent. They look in only when the operator lets them, for a purpose and for hours, and every look is written down for the operator to read."),
        )),
        Section("security", _("Safety"), (_("The processor keeps the measures of annex 2, and may replace one only by a better one."),)),
        Section("others", _("Further processors"), (
            ngettext(
                "Annex 3 names them. A new one is announced %(num)d day ahead; the operator can object, and leave if that doesn't help.",
                "Annex 3 names them. A new one is announced %(num)d days ahead; the operator can object, and leave if that doesn't help.", NOTICE.days,
            ),
            _("They take on the same duties, and the processor answers for them."),
        )),
        Section("help", _("Help with rights and questions"), (
            _("The software shows, copies, corrects, restricts and erases a person's data by itself. Where that is not enough the processor helps, at no cost."),
        )),
        Section("incidents", _("If something goes wrong"), (
            ngettext(
                "The processor tells the operator within %(num)d hour of knowing of an incident, with what it knows then, and more as it learns it.",
                "The processor tells the operator within %(num)d hours of knowing of an incident, with what it knows then, and more as it learns it.", INCIDENT_HOURS,
            ),
        )),
        Section("checks", _("Checks"), (
            _("The tests of annex 2 can be run by anybody who has the software. The operator, or an auditor that it names, may also look on the spot after telling so."),
        )),
    )  # fmt: skip


def _end() -> tuple[Section, ...]:
    return (
        Section("transfers", _("Other countries"), (_("Data leaves the European Economic Area only to those of annex 3 for whom that is said there, with the safeguard named beside them."),)),
        Section("end", _("At the end"), (
            ngettext(
                "The operator takes everything along in an open format, and can fetch it for %(num)d day after the contract ends. Then it is erased, from back-ups as they expire.",
                "The operator takes everything along in an open format, and can fetch it for %(num)d days after the contract ends. Then it is erased, from back-ups as they expire.",
                FETCH_LEAST.days,
            ),
        )),
    )  # fmt: skip


def _annexes() -> tuple[Section, ...]:
    entries = [entry for entry in ENTRIES.values() if entry.controller is Controller.OPERATOR]
    rows = tuple(
        (
            str(entry.title),
            ", ".join(str(subject.text) for subject in Subject if subject in entry.subjects),
            "; ".join(dict.fromkeys(str(use.purpose.text) for use in entry.uses)),
        )
        for entry in entries
    )
    return (
        Section("annex-1", _("Annex 1: what data, whose, what for"), grid=Grid((_("Data"), _("Whose"), _("What for")), rows)),
        Section(
            "annex-2",
            _("Annex 2: measures"),
            items=tuple(str(measure.text) for measure in MEASURES),
            links=(Link(_("The measures with their tests"), "privacy.security"),),
        ),
        Section("annex-3", _("Annex 3: further processors"), links=(Link(_("Who works for us"), "privacy.sub_processors"),)),
    )
