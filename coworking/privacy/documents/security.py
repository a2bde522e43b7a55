"""How data is kept safe, how a hole is reported, and security.txt (RFC 9116)."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from coworking.core import i18n
from coworking.operators.models import Operator

from ..measures import MEASURES, Aim
from .document import Document, Section, known
from .identity import host, host_missing, host_note

LASTS = timedelta(days=180)
"""RFC 9116 section 2.5.5 recommends less than a year."""
LOOK = 3
"""Working days within which a report is answered."""


def security(operator: Operator | None) -> Document:
    """The measures, each with the tests that hold it, and what to do with a hole."""
    parts = [
        Section(
            aim.value,
            str(aim.text),
            lines=tuple((str(each.text), ", ".join(_short(test) for test in each.tests)) for each in MEASURES if each.aim is aim),
        )
        for aim in Aim
    ]
    report = Section(
        "report", _("If you find a hole"),
        (_("Tell us before you tell others, with what we need to see it ourselves. We answer within %(days)d working days, and say when it is mended.", days=LOOK),
         _("Use accounts of your own, look at nobody's data, and change and slow down nothing. Then we take no steps against you.")),
        facts=known((_("E-mail"), contact(operator))),
    )  # fmt: skip
    lead = _("What we do to keep data safe. Under each measure stand the tests that fail if it stops working.")
    return Document("security", _("Security"), lead, (*parts, report), host_note(operator) if operator is not None else host_missing())


def contact(operator: Operator | None) -> str:
    """Where holes are reported: to the host, who can mend them, else to the operator. Empty where nobody said."""
    where = host(operator)
    return (where.email if where is not None else "") or (operator.email if operator is not None else "")


def security_txt(operator: Operator | None, now: datetime, address: str, policy: str) -> str:
    """The file by RFC 9116; empty where there is nobody to write to. ``address``: its own, ``policy``: that of the page."""
    if not (mailbox := contact(operator)):
        return ""
    expires = (now + LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{mailbox}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(operator.locales if operator is not None else i18n.CODES)}",
        f"Canonical: {address}",
        f"Policy: {policy}",
    )
    return "\n".join(lines) + "\n"


def _short(test: str) -> str:
    path, _colons, name = test.partition("::")
    return f"{path.removeprefix('tests/')} {name.rpartition('::')[2].removeprefix('test_').replace('_', ' ')}"
