"""Who publishes this site: mentions légales in France (LCEN Art. 1-1), ehandelsloven § 8 in Norway, directive 2000/31/EC Art. 5."""

from flask_babel import gettext as _

from coworking.operators.models import Operator

from .document import Document, Link, Section, known
from .identity import Host, country_name, host, host_missing, host_note, legal_identity, missing


def imprint(operator: Operator) -> Document:
    """The operator's. Nothing is said that nobody has told us."""
    told, where = legal_identity(), host(operator)
    company = known(
        (_("Registered name"), operator.legal_name or operator.name),
        (_("Legal form"), told.legal_form),
        (_("Share capital"), told.capital),
        (_("Registered address"), ", ".join([*operator.address_lines, country_name(operator.country)])),
        (_("Register and its place"), told.register),
        (_("Organisation number"), operator.org_number),
        (_("VAT number"), operator.vat_number),
        (_("Director of publication"), told.publisher),
    )
    reach = known((_("E-mail"), operator.email), (_("Phone"), operator.phone))
    sections = [Section("company", _("Who publishes this site"), facts=company), Section("reach", _("How to reach us"), facts=reach)]
    if told.mediator:
        sections.append(Section("mediator", _("If we can't agree"), facts=known((_("Consumer mediator"), told.mediator))))
    if where is not None:
        sections.append(_hosted(where))
    sections.append(
        Section("more", _("What else there is to read"), links=(Link(_("Terms"), "privacy.terms"), Link(_("Accessibility"), "privacy.accessibility")))
    )
    lead = _("The company behind %(name)s, as the law wants it told.", name=operator.name)
    return Document("imprint", _("Imprint"), lead, tuple(sections), (*missing(operator), *host_note(operator)))


def host_imprint() -> Document:
    """The host's own."""
    where = host(None)
    sections = (_company(where),) if where is not None else ()
    return Document("imprint", _("Imprint"), _("The company that hosts this service."), sections, host_missing())


def _hosted(where: Host) -> Section:
    if where.own:
        return Section("host", _("Who hosts this site"), (_("We run the software and the server ourselves."),))
    return Section("host", _("Who hosts this site"), facts=_facts(where))


def _company(where: Host) -> Section:
    return Section("company", _("Who hosts this service"), facts=_facts(where))


def _facts(where: Host) -> tuple[tuple[str, str], ...]:
    return known(
        (_("Name"), where.name), (_("Address"), where.address), (_("Organisation number"), where.number),
        (_("Country"), country_name(where.country) if where.country else ""), (_("E-mail"), where.email), (_("Phone"), where.phone),
    )  # fmt: skip
