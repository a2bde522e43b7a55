"""The plans, with what a month costs."""

import re
from dataclasses import dataclass

from flask import Response, g, request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.texts import Texts
from coworking.memberships.models import Plan
from coworking.tax.rates import VatClass, rate

from . import reader
from .blueprint import blueprint

SLUG = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as its card shows it, every word ready to print."""

    slug: str
    name: str
    summary: str
    includes: list[str]
    price: str
    vat: str
    """The VAT in the price, or on top of it for companies."""


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


def offers(company: bool, most: int | None = None) -> list[Offer]:
    """Published plans in the operator's order."""
    wanted = select(Plan).where(Plan.published).order_by(Plan.position, Plan.id).limit(most).options(selectinload(Plan.versions))
    return [_offer(plan, company) for plan in db.session.scalars(wanted) if plan.versions]


def _offer(plan: Plan, company: bool) -> Offer:
    version = plan.current
    today = clock.today(g.operator.zone)
    vat = version.price.vat_within(rate(g.operator.country, VatClass(version.vat_class), today, registered=g.operator.vat_registered))
    return Offer(
        slug=plan.slug,
        name=i18n.words(version.name),
        summary=i18n.words(version.summary),
        includes=[i18n.words(Texts(line)) for line in version.includes],
        price=i18n.money(version.price - vat if company else version.price),
        vat=i18n.money(vat),
    )


def plan_name(slug: str) -> str:
    """Name of a published plan in the reader's language, or nothing when there is none."""
    if not SLUG.fullmatch(slug):
        return ""
    plan = db.session.scalar(select(Plan).where(Plan.published, Plan.slug == slug).options(selectinload(Plan.versions)))
    return i18n.words(plan.current.name) if plan is not None and plan.versions else ""
