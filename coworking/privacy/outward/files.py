"""Which files there are, and what stands in them for the operator in force."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from coworking.core import clock
from coworking.core.db import Base
from coworking.operators.models import Operator

from ..documents.identity import host
from ..policy import versions
from ..policy.choices import drafted
from ..policy.facts import facts
from . import dpv, fides, records, writing


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to write the register down."""

    title: LazyString
    content_type: str
    write: Callable[[Operator, dict[str, Any]], bytes]


KINDS: dict[str, Kind] = {
    "controller.csv": Kind(
        _("Record of processing, as controller (Art. 30(1))"),
        "text/csv; charset=utf-8",
        lambda _operator, said: writing.as_csv(records.controller(said)),
    ),
    "processor.csv": Kind(
        _("Record of processing, as processor (Art. 30(2))"),
        "text/csv; charset=utf-8",
        lambda operator, said: writing.as_csv(records.processor(said, host(operator))),
    ),
    "dpv.jsonld": Kind(_("Data Privacy Vocabulary"), "application/ld+json", lambda _operator, said: writing.as_json(dpv.graph(said))),
    "fides.yaml": Kind(
        _("Fides manifest"), "application/yaml; charset=utf-8", lambda _operator, _said: writing.as_yaml(fides.manifest(Base.metadata))
    ),
}


def current(operator: Operator) -> dict[str, Any]:
    """What the policy in force says; before the first one, what it would say."""
    today = clock.today(operator.zone)
    version = versions.in_force(operator.id, today)
    return version.facts if version is not None else facts(operator, today, drafted())


def made(name: str, operator: Operator) -> bytes:
    """The file of that name; raises KeyError for one that there isn't."""
    return KINDS[name].write(operator, current(operator))
