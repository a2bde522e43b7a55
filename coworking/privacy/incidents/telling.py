"""What the authority, the host and the people concerned are told (GDPR Art. 33(3) and 34(2)), in their languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from coworking.core import clock, jobs, mail
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.core.texts import Texts
from coworking.people.models import Person
from coworking.privacy.models import Incident, IncidentNotice
from coworking.privacy.register import ENTRIES
from coworking.spaces.models import Location

from .affected import affected

TELL = "privacy.tell_of_incident"
AT_ONCE = 50
PASSWORD = ("person.password", "session.token")
MONEY = ("account.provider", "payment.method", "payment.record", "invoice.record")
WRITTEN = ("person.email", "account.email", "enquiry.email", "mail.address")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter about an incident says besides its fixed sentences."""

    incident: Incident
    kinds: list[str]
    place: str
    advice: list[str]
    own_words: str


def letter(incident: Incident, locale: str) -> Letter:
    """The facts of an incident in ``locale``, which must be the one that is spoken (core/i18n.py)."""
    place = db.session.get(Location, incident.location_id) if incident.location_id else None
    kinds = [str(ENTRIES[key].title) for key in incident.keys if key in ENTRIES]
    said = Texts(incident.words or {}).get(locale, "")
    return Letter(incident, kinds, place.name if place else "", advice(incident.keys), said)


def advice(keys: list[str]) -> list[str]:
    """What people can do for themselves, by what was concerned."""
    told = []
    if any(key in PASSWORD for key in keys):
        told.append(_("Choose a new password here, and anywhere else you use the same one."))
    if any(key in MONEY for key in keys):
        told.append(_("Look through your bank statements, and tell your bank of anything you don’t know."))
    if any(key in WRITTEN for key in keys):
        told.append(_("Be careful with mails that claim to come from us and ask for a password or a payment. We never ask for either by mail."))
    return told or [_("You don’t need to do anything. If you notice something odd, tell us.")]


def send(incident: Incident) -> None:
    """Tell everybody concerned, once each, in jobs that can stop and go on."""
    incident.people_told_at = incident.people_told_at or clock.now()
    db.session.flush()
    jobs.enqueue(TELL, incident_id=str(incident.id))


@jobs.job(TELL)
def tell(incident_id: str) -> None:
    """Write to the next few who were not told yet, and come back for the rest."""
    incident = db.session.get(Incident, UUID(incident_id))
    if incident is None:
        return
    told = set(db.session.scalars(sa.select(IncidentNotice.email).where(IncidentNotice.incident_id == incident.id)))
    count = 0
    for person, address, locale in _to_tell(incident):
        if address in told:
            continue
        if count == AT_ONCE:
            jobs.enqueue(TELL, incident_id=incident_id)
            return
        _tell_one(incident, person, address, locale)
        count += 1


def told_count(incident: Incident) -> int:
    """How many were written to so far."""
    wanted = sa.select(sa.func.count()).select_from(IncidentNotice).where(IncidentNotice.incident_id == incident.id)
    return db.session.scalar(wanted) or 0


def _to_tell(incident: Incident) -> Iterator[tuple[Person | None, str, str]]:
    concerned = affected(incident)
    first: str = operator_in_force().default_locale
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(concerned.people)).order_by(Person.id)).all() if concerned.people else []
    for person in people:
        if not person.email.endswith("@invalid"):
            yield person, person.email, person.locale or first
    for address in sorted(concerned.addresses):
        yield None, address, first


def _tell_one(incident: Incident, person: Person | None, address: str, locale: str) -> None:
    from coworking.core.i18n import speaking

    db.session.add(IncidentNotice(incident_id=incident.id, person_id=person.id if person else None, email=address))
    db.session.flush()
    with speaking(locale):
        said = letter(incident, locale)
    mail.post(to=address, template="emails/privacy/incident", locale=locale, letter=said, person=person)
