"""The host's own privacy policy: it decides only about those who make contracts with it. For everything else it works for operators."""

from flask_babel import gettext as _
from flask_babel import ngettext

from ..register import ENTRIES, laws
from ..register.authorities import authority_of
from ..register.cookies import KEPT
from ..register.entry import Entry, Held
from ..register.laws import law
from ..register.rules import RuleKey, rule
from ..register.terms import Controller
from .cookies import lifetime
from .document import Document, Fact, Grid, Link, Section, known
from .identity import Host, host, host_missing


def host_policy() -> Document:
    """From the register's entries of the host, and its settings."""
    where = host(None)
    country = where.country if where is not None else ""
    own = [entry for entry in ENTRIES.values() if entry.controller is Controller.HOST]
    return Document(
        "privacy", _("Privacy"), _("What the host of this service does with personal data: little, because most of it belongs to the spaces."),
        (
            Section("who", _("Who we are"), (_("We host the software with which coworking spaces let their rooms and desks."),), facts=_who(where), links=(Link(_("Imprint"), "privacy.imprint"),)),
            Section("spaces", _("If you use a space"), (
                _("The space decides about your data, and its own privacy page tells you what it does. Open that space's site, and follow Privacy at the foot of any page."),
                _("We keep that data for the space, by its instructions, and use it for nothing of our own."),
            ), links=(Link(_("Data processing agreement"), "privacy.dpa"),)),
            *(Section(entry.key.replace(".", "-"), str(entry.title), facts=_facts(entry, country)) for entry in own),
            Section("visit", _("If you only look at this site"), (_("We keep nothing about you, and load nothing from anybody else."),),
                    grid=Grid((_("Name"), _("What it is for"), _("Stays")), tuple((kept.name, str(kept.what_for), lifetime(kept)) for kept in KEPT))),
            _rights(where, country),
            Section("more", _("What else there is to read"), links=(
                Link(_("Who works for us"), "privacy.sub_processors"), Link(_("Security"), "privacy.security"), Link(_("What we don't do"), "privacy.not_done"),
            )),
        ), host_missing(),
    )  # fmt: skip


def _who(where: Host | None) -> tuple[Fact, ...]:
    if where is None:
        return ()
    return known((_("Name"), where.name), (_("Address"), where.address), (_("E-mail"), where.email), (_("Phone"), where.phone))


def _facts(entry: Entry, country: str) -> tuple[Fact, ...]:
    uses = "; ".join(f"{use.purpose.text}: {use.basis.text}" for use in entry.uses)
    return (
        (_("Whose"), ", ".join(sorted(str(subject.text) for subject in entry.subjects))),
        (_("What for, and why we may"), uses),
        (_("Where it comes from"), ", ".join(sorted(str(source.text) for source in entry.source))),
        (_("How long"), _how_long(entry, country)),
    )


def _how_long(entry: Entry, country: str) -> str:
    if isinstance(entry.retention, Held):
        row = law(entry.retention.law, country, laws.READ)
        length = (
            ngettext("%(num)d month", "%(num)d months", row.months)
            if row.months % 12
            else ngettext("%(num)d year", "%(num)d years", row.months // 12)
        )
        return _("%(length)s, because of %(law)s", length=length, law=row.name)
    if not entry.retention.days:
        return _("as long as the contract runs")
    return ngettext("%(num)d day", "%(num)d days", entry.retention.days)


def _rights(where: Host | None, country: str) -> Section:
    months = rule(RuleKey.ANSWER_MONTHS, country)
    watch = authority_of(country)
    texts = [
        _("You can see, copy, correct, erase and restrict what we keep about you, and object to it. That is free."),
        ngettext("We answer within %(num)d month.", "We answer within %(num)d months.", months),
    ]
    if where is not None and where.email:
        texts.append(_("Write to %(email)s.", email=where.email))
    texts.append(_("You can also complain to the authority."))
    return Section("rights", _("What you can ask for"), tuple(texts), links=(Link(watch.name, url=watch.complaint_url),))
