"""Who runs the space, and who hosts it, with what is still missing for the imprint that the law of the country wants."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.settings import config
from coworking.operators.models import Operator

from ..models import LegalIdentity

EVERYWHERE = ("legal_name", "street", "email")
WANTED = {
    "FR": (*EVERYWHERE, "legal_form", "register", "org_number", "phone", "publisher", "mediator"),
    "NO": (*EVERYWHERE, "org_number"),
    "GB": (*EVERYWHERE, "org_number", "register"),
}
"""By country: French LCEN Art. 1-1 and Consumer Code L616-1; Norwegian ehandelsloven § 8; UK Companies Act 2006 section 82."""
NAMES: dict[str, LazyString] = {
    "legal_name": lazy_gettext("Registered name"),
    "street": lazy_gettext("Street and number"),
    "email": lazy_gettext("E-mail for enquiries"),
    "phone": lazy_gettext("Phone"),
    "org_number": lazy_gettext("Organisation number"),
    "vat_number": lazy_gettext("VAT number"),
    "legal_form": lazy_gettext("Legal form"),
    "register": lazy_gettext("Register and its place"),
    "publisher": lazy_gettext("Director of publication"),
    "mediator": lazy_gettext("Consumer mediator"),
}


@dataclass(frozen=True, slots=True)
class Host:
    """Who hosts this installation."""

    name: str
    address: str
    number: str
    email: str
    phone: str
    country: str
    own: bool = False
    """Whether the operator hosts itself."""


def legal_identity() -> LegalIdentity:
    """What the operator in force has told of its company; empty, and not kept, where it told nothing."""
    empty = LegalIdentity(legal_form="", capital="", register="", publisher="", mediator="")
    return db.session.scalar(sa.select(LegalIdentity)) or empty


def host(operator: Operator | None) -> Host | None:
    """The host by the settings; the operator itself where it is alone here; None where nobody has named one."""
    named = config()
    if named.host_name:
        return Host(named.host_name, named.host_address, named.host_number, named.host_email, named.host_phone, named.host_country)
    if operator is not None and db.session.scalar(sa.select(sa.func.count()).select_from(Operator)) == 1:
        address = ", ".join(operator.address_lines)
        return Host(operator.legal_name, address, operator.org_number, operator.email, operator.phone, operator.country, own=True)
    return None


def host_missing() -> tuple[str, ...]:
    """Settings of the host that are not set, by the names that whoever runs the installation knows them by."""
    named = config()
    wanted = {"HOST_NAME": named.host_name, "HOST_ADDRESS": named.host_address, "HOST_EMAIL": named.host_email, "HOST_PHONE": named.host_phone}
    return tuple(name for name, value in wanted.items() if not value)


def missing(operator: Operator) -> tuple[str, ...]:
    """What the law of its country wants in the imprint and the operator has not told yet, in the reader's words."""
    told = legal_identity()
    wanted = list(WANTED.get(operator.country, EVERYWHERE))
    if operator.vat_registered:
        wanted.append("vat_number")
    return tuple(str(NAMES[key]) for key in wanted if not (getattr(operator, key, "") or getattr(told, key, "")))


def country_name(code: str) -> str:
    """A country in the reader's language; its code where that is not known."""
    return str(i18n.babel_locale().territories.get(code, code))


def host_note(operator: Operator | None) -> tuple[str, ...]:
    """For staff: who has to name the host."""
    if host(operator) is not None:
        return ()
    return (_("Who hosts this installation: whoever runs it sets HOST_NAME, HOST_ADDRESS, HOST_EMAIL and HOST_PHONE."),)
