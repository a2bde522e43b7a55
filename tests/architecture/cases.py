"""An incident, a report of a problem and a grant for the host, in the house of the outsider."""

from uuid import UUID

from coworking.core import clock
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.privacy import support
from coworking.privacy.incidents import cases, reporting
from tests.cast import House


def fill_cases(house: House) -> tuple[dict[str, UUID], str]:
    """Ids by the name that routes give them, and the key of the grant."""
    olga = db.session.get_one(Person, house.olga.id)
    incident = cases.open_incident("Une liste", clock.now(), olga.id)
    incident.keys = ["booking.time"]
    report = reporting.report(db.session.get_one(Operator, house.operator.id), words="Une facture d’un autre", email="", locale="fr", page="/")
    grant, key = support.grant("Aide", 2, False, olga)
    return {"incident_id": incident.id, "report_id": report.id, "grant_id": grant.id}, key
