"""One plain line beside each form that collects personal data: what for, and for how long (GDPR Art. 13, at the moment it counts)."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from coworking.core.i18n import printed as _
from coworking.operators.models import Operator

from .policy import wording
from .register import ENTRIES
from .register.entry import Held
from .register.laws import law
from .register.terms import Basis, Purpose, Term
from .retention import Times

PAYER = {
    "street": "account.address", "postcode": "account.address", "city": "account.address", "country": "account.holder",
    "org_number": "account.tax", "vat_number": "account.tax",
}  # fmt: skip
FORMS: dict[str, dict[str, str]] = {
    "join": {"name": "person.name", "email": "person.email", "password": "person.password"},
    "profile": {
        "name": "person.name", "phone": "person.phone", "company": "person.company", "buys_as_company": "person.company",
        "job_title": "person.profile", "about": "person.profile", "locale": "person.preferences", "zone": "person.preferences",
        "photo": "person.photo", "remove_photo": "person.photo",
    },
    "new_address": {"email": "person.email", "email_password": "person.password"},
    "link": {"email": "link.address"},
    "contact": {"name": "enquiry.name", "email": "enquiry.email", "message": "enquiry.message"},
    "booking": {
        "day": "booking.time", "from": "booking.time", "to": "booking.time", "title": "booking.title", "attendees": "booking.title",
        "guests": "guest.email",
    },
    "guests": {"guests": "guest.email"},
    "billing": PAYER | {
        "name": "account.name", "email": "account.email", "is_business": "account.holder", "order_reference": "account.tax",
    },
    "order": PAYER | {
        "name": "person.name", "email": "person.email", "password": "person.password", "starts_on": "order.record", "seats": "order.record",
        "code": "order.record", "buyer": "account.holder", "company": "account.name", "pays": "payment.record", "begin_at_once": "order.record",
    },
    "company": {"name": "person.company"},
    "seat": {"email": "link.address"},
    "ask": {"email": "link.address"},
    "request": {"kind": "request.words", "words": "request.words", "about": "request.words"},
    "statement": {"words": "statement.words"},
    "limits": {"reason": "restriction.record", "words": "objection.record", "purpose": "objection.record"},
    "mails": {"wanted": "mail.choice"},
    "news": {"email": "link.address"},
    "report": {"kind": "problem.record", "words": "problem.record", "email": "problem.record"},
    "leave": {"name": "mail.content", "email": "link.address", "contract": "mail.content"},
}  # fmt: skip
"""By form: which entry each field goes to. Fields of forms that go nowhere, such as tokens, are not listed."""


def line(form: str, operator: Operator) -> Markup:
    """The line beside ``form`` of ``operator``, which is in force, in the reader's language. Raises KeyError for an unknown form."""
    entries = [ENTRIES[key] for key in dict.fromkeys(FORMS[form].values())]
    purposes = [member for member in Purpose if any(use.purpose is member for entry in entries for use in entry.uses)]
    bases = [member for member in Basis if any(use.basis is member for entry in entries for use in entry.uses)]
    times: dict[Markup, list[str]] = {}
    reckoned = Times.of(operator)
    for entry in entries:
        times.setdefault(_kept(entry.key, operator, reckoned), []).append(str(entry.title))
    if len(times) == 1:
        kept = [_("Kept %(time)s.", time=next(iter(times)))]
    else:
        kept = [_("%(what)s: kept %(time)s.", what=", ".join(what), time=time) for time, what in times.items()]
    return Markup(" ").join([_("We use this %(purposes)s.", purposes=_listed(purposes)), _("It rests on %(bases)s.", bases=_listed(bases)), *kept])


def _kept(key: str, operator: Operator, reckoned: Times) -> Markup:
    retention = ENTRIES[key].retention
    if isinstance(retention, Held):
        row = law(retention.law, operator.country, reckoned.on)
        return wording.law_time(row.clock.value, row.months)
    said: dict[str, Any] = {"clock": retention.clock.value, "days": reckoned.days(key)}
    return wording.kept(said, {})


def _listed(members: Iterable[Term]) -> str:
    return ", ".join(str(member.text) for member in members)
