"""Who works for us with personal data, and who else gets some: the register's recipients, as far as this set-up uses them."""

from flask_babel import gettext as _

from coworking.billing import gateways
from coworking.billing.settings import settings_of
from coworking.core import i18n
from coworking.core.settings import config
from coworking.operators.models import Operator

from ..register.recipients import RECIPIENTS, Kind, Recipient, Transfer
from .announced import ANNOUNCED
from .document import Document, Grid, Link, Section
from .identity import Host, country_name, host, host_missing, host_note


def sub_processors(operator: Operator | None) -> Document:
    """Those in use by the operator; on the host's site those that any operator may use."""
    used, where = in_use(operator), host(operator)
    parts = [
        Section(
            "processors",
            _("They work for us"),
            (_("By our instructions, for our purposes, and under an agreement."),),
            grid=_grid(used, Kind.PROCESSOR, operator, where),
        )
    ]
    if (others := _grid(used, Kind.CONTROLLER, operator, where)).rows:
        parts.append(Section("others", _("They answer for themselves"), grid=others))
    parts.append(Section("fields", _("What each of them gets"), facts=tuple((_name(each, where), ", ".join(_fields(each))) for each in used)))
    links = tuple(Link(_name(each, where), url=each.policy_url) for each in used if each.policy_url)
    if links:
        parts.append(Section("policies", _("Their own policies"), links=links))
    notice = (
        _("Before somebody new works for us with your data it stands here for 30 days."),
        _("Nobody buys personal data from us, and nobody gets it for advertising."),
    )
    parts.append(Section("changes", _("When this list changes"), notice))
    return Document(
        "sub-processors", _("Who works for us"), _("Everybody outside our house who gets personal data, and what they get."), tuple(parts),
        host_note(operator) if operator is not None else host_missing(),
    )  # fmt: skip


def in_use(operator: Operator | None) -> list[Recipient]:
    """Recipients that something is sent to, by the settings."""
    row = gateways.gateway() if operator is not None else None
    on = {
        "smtp_url": bool(config().smtp_url),
        "gateway": operator is None or (row is not None and row.enabled),
        "check_vies": operator is None or settings_of(operator).check_vies,
    }
    return [each for each in RECIPIENTS.values() if each.setting is None or on.get(each.setting, True)]


def _grid(used: list[Recipient], kind: Kind, operator: Operator | None, where: Host | None) -> Grid:
    rows = tuple(
        (
            _name(each, where),
            str(each.what_for),
            _place(each, operator),
            _transfer(each, operator),
            i18n.short_date(ANNOUNCED[each.key]) if each.key in ANNOUNCED else "–",
        )
        for each in used
        if each.kind is kind
    )
    return Grid((_("Name"), _("What for"), _("Country"), _("Why it may be sent there"), _("Listed since")), rows)


def _name(each: Recipient, where: Host | None) -> str:
    if each.name:
        return each.name
    own = where.name if where is not None else _("The host of this service")
    return {"storage": own, "mail": _("%(host)s, mail server", host=own)}.get(each.key, each.key)


def _place(each: Recipient, operator: Operator | None) -> str:
    code = _country(each, operator)
    return country_name(code) if code else _("where the host has its servers")


def _country(each: Recipient, operator: Operator | None) -> str:
    own = operator.country if operator is not None else ""
    return {"host": config().host_country or own, "operator": own}.get(each.country, each.country)


def _fields(each: Recipient) -> tuple[str, ...]:
    return (_("everything that the policy lists"),) if each.key == "storage" else each.fields


def _transfer(each: Recipient, operator: Operator | None) -> str:
    if operator is not None and _country(each, operator) == operator.country:
        return _("it stays in the country")
    return {
        Transfer.NONE_NEEDED: _("European Economic Area"),
        Transfer.ADEQUACY: _("decision of the European Commission (GDPR Art. 45)"),
        Transfer.CLAUSES: _("standard contractual clauses (GDPR Art. 46)"),
    }[each.transfer]
