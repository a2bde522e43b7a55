"""How templates write amounts, rates and the reasons for no VAT."""

from coworking.core import i18n
from coworking.core.money import Money
from coworking.papers.wording import percent
from coworking.tax import reasons

from .. import references
from ..models import Invoice
from .blueprint import blueprint


@blueprint.app_template_filter("minor")
def minor(amount: int, currency: str) -> str:
    """Minor units of a currency as money."""
    return i18n.money(Money(amount, currency))


@blueprint.app_template_filter("rate")
def rate(basis_points: int) -> str:
    """``25 %``."""
    return percent(basis_points)


@blueprint.app_template_filter("reference")
def reference(text: str) -> str:
    """A payment reference as a person reads it aloud."""
    return references.spaced(text)


@blueprint.app_template_global("vat_reason")
def vat_reason(reason: str, paper: Invoice) -> str:
    """Why a paper bears no VAT, in the reader's language."""
    return reasons.sentence(reason, paper.seller.get("country", ""))
