"""A hold, data set aside, an objection, a request and a statement, in the house of the outsider."""

from datetime import timedelta
from uuid import UUID

from coworking.core import clock
from coworking.core.db import db
from coworking.privacy.models import LegalHold, Objection, PrivacyRequest, Restriction, Statement
from tests.cast import House


def fill_keeping(house: House) -> dict[str, UUID]:
    """Ids by the name that routes give them."""
    today = clock.today(house.operator.zone)
    later = today + timedelta(days=90)
    hold = LegalHold(person_id=house.alice.id, reason="Un litige", keys=["booking.time"], starts_on=today, ends_on=later, review_on=later)
    restriction = Restriction(person_id=house.bob.id, reason="claims")
    objection = Objection(person_id=house.alice.id, purpose="booking")
    asked = PrivacyRequest(
        reference="R00000000001", kind="question", channel="signed_in", person_id=house.alice.id, email=house.alice.email, name="Alice", words="Pourquoi",
        due_on=later,
    )  # fmt: skip
    said = Statement(person_id=house.alice.id, about="person.name", words="Sans accent")
    db.session.add_all([hold, restriction, objection, asked, said])
    db.session.flush()
    return {"hold_id": hold.id, "restriction_id": restriction.id, "objection_id": objection.id, "request_id": asked.id, "statement_id": said.id}
