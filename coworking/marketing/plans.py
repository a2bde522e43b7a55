"""The plans, with what they cost and give, from the rows that bill."""

import re
from dataclasses import dataclass

from flask import Response, g, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.money import Money
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships import saying
from coworking.memberships.models import Plan, PlanKind, PlanVersion
from coworking.tax.rates import VatClass, rate

from . import reader
from .blueprint import blueprint

SLUG = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as its card shows it, every word ready to print."""

    slug: str
    kind: str
    name: str
    summary: str
    includes: list[str]
    price: str
    period: str
    """What the price is for, nothing for what is bought once."""
    vat: str
    """The VAT in the price, or on top of it for companies; nothing where the seller charges none."""
    once: list[str]
    """What is paid once at the start."""
    terms: list[str]


@blueprint.get("/plans")
@requires(Permission.PUBLIC)
def plans() -> Response:
    """Prices include VAT for private people; companies see them without."""
    company = for_company()
    response = page("marketing/plans.html", offers=offers(company), company=company)
    return reader.cacheable(response)


def for_company() -> bool:
    """Whether this reader compares prices without VAT: by ``?as=``, else by what their profile says."""
    wanted = request.args.get("as")
    if wanted in {"company", "private"}:
        return wanted == "company"
    return bool(current_user.is_authenticated and current_user.buys_as_company)


def offers(company: bool, most: int | None = None, kind: PlanKind | None = None) -> list[Offer]:
    """Published plans in the operator's order."""
    wanted = select(Plan).where(Plan.published, Plan.retired_at.is_(None)).order_by(Plan.position, Plan.id).limit(most)
    if kind is not None:
        wanted = wanted.where(Plan.kind == kind.value)
    loaded = selectinload(Plan.versions).selectinload(PlanVersion.allowances)
    return [_offer(plan, company) for plan in db.session.scalars(wanted.options(loaded)) if plan.versions]


def _offer(plan: Plan, company: bool) -> Offer:
    version = plan.current
    percent = rate(g.operator.country, VatClass(version.vat_class), clock.today(g.operator.zone), registered=g.operator.vat_registered)

    def shown(minor: int) -> tuple[Money, Money]:
        """An amount as this reader compares it, and the VAT in it or on it."""
        amount = Money(minor, version.currency)
        vat = amount.vat_within(percent) if version.tax_included else amount.vat_on_top(percent)
        net = amount - vat if version.tax_included else amount
        return (net if company else net + vat), vat

    price, vat = shown(version.amount)
    once = [(_("Sign-up fee: %(amount)s"), shown(version.sign_up_fee)[0]), (_("Deposit: %(amount)s"), Money(version.deposit, version.currency))]
    return Offer(
        slug=plan.slug,
        kind=plan.kind,
        name=i18n.words(version.name),
        summary=i18n.words(version.summary),
        includes=saying.contents(version),
        price=i18n.money(price),
        period=saying.period(version.months),
        vat=i18n.money(vat) if percent else "",
        once=[text % {"amount": i18n.money(amount)} for text, amount in once if amount],
        terms=saying.terms(version),
    )


def plan_name(slug: str) -> str:
    """Name of a published plan in the reader's language, or nothing when there is none."""
    if not SLUG.fullmatch(slug):
        return ""
    plan = db.session.scalar(select(Plan).where(Plan.published, Plan.slug == slug).options(selectinload(Plan.versions)))
    return i18n.words(plan.current.name) if plan is not None and plan.versions else ""
