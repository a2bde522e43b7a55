"""Plans: what is sold, at which price, and who is on which version."""

from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from coworking.core import once
from coworking.core.db import db
from coworking.core.i18n import words
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.slugs import slug
from coworking.memberships import plans, saying
from coworking.memberships.forms import PlanForm, PromotionForm
from coworking.memberships.models import Plan, PlanKind, Promotion
from coworking.spaces.models import Location
from coworking.tax.rates import VatClass

from .blueprint import blueprint

MOST_PLANS = 100


@blueprint.get("/plans")
@requires(Permission.EDIT_PLANS)
def plans_list() -> Response:
    """Every plan that is sold, with how many are on it."""
    offered = plans.offered()
    counts = {plan_id: sum(by_version.values()) for plan_id, by_version in plans.subscribers(offered).items()}
    return page("desk/plans/index.html", plans=offered, counts=counts, saying=saying)


@blueprint.get("/plans/new")
@requires(Permission.EDIT_PLANS)
def new_plan() -> Response:
    """The form of a new plan, with what most plans have."""
    locations = _locations()
    form = PlanForm(locations, formdata=None)
    form.process(data={
        "kind": PlanKind.PLAN.value, "tax_included": True, "vat_class": VatClass.SPACE.value, "months": 1, "location_id": str(locations[0].id) if len(locations) == 1 else "",
        "notice_days": 30, "minimum_months": 0, "trial_days": 0, "seats": 1, "discount": 0, "valid_days": 365, "carry_over": 0,
    })  # fmt: skip
    return page("desk/plans/new.html", form=form)


@blueprint.post("/plans")
@requires(Permission.EDIT_PLANS)
def add_plan() -> Response:
    """Keep a new plan. It is on the public page once it is published."""
    form = PlanForm(_locations())
    if not form.validate_on_submit():
        return page("desk/plans/new.html", status=422, form=form)
    taken = set(db.session.scalars(select(Plan.slug)))
    if len(taken) >= MOST_PLANS:
        form.kind.errors = [_("There are %(most)d plans already. Retire one first.", most=MOST_PLANS)]
        return page("desk/plans/new.html", status=422, form=form)
    name = slug(words(form.words("name")), taken, otherwise="plan")
    plan = Plan(
        id=once.id_of(request.form, current_user.id), operator_id=g.operator.id, slug=name, kind=form.kind.data, published=False, position=len(taken)
    )
    plan = once.add(plan)
    plans.add_version(plan, form.version(plan.id), form.allowances())
    flash(_("Kept. Publish it when it is ready."))
    return redirect(url_for("desk.plan", plan_id=plan.id), code=303)


@blueprint.get("/plans/<uuid:plan_id>")
@requires(Permission.EDIT_PLANS)
def plan(plan_id: UUID) -> Response:
    """One plan: as it is sold now, its earlier versions, and who is on which."""
    found = _load(plan_id)
    form = PlanForm(_locations(), formdata=None)
    form.show_plan(found)
    return _plan_page(found, form)


@blueprint.post("/plans/<uuid:plan_id>")
@requires(Permission.EDIT_PLANS)
def save_plan(plan_id: UUID) -> Response:
    """Make the next version. Nobody who is on the plan moves by it."""
    found, form = _load(plan_id), PlanForm(_locations())
    if not form.validate_on_submit():
        return _plan_page(found, form, 422)
    if form.kind.data != found.kind:
        form.kind.errors = [_("How it is sold stays. Make a new plan for that.")]
        return _plan_page(found, form, 422)
    if plans.add_version(found, form.version(found.id), form.allowances()):
        flash(_("Version %(number)d is sold from now on. Whoever is on the plan keeps what they agreed to.", number=found.current.number))
    else:
        flash(_("Nothing was changed."))
    return redirect(url_for("desk.plan", plan_id=found.id), code=303)


@blueprint.post("/plans/<uuid:plan_id>/publication")
@requires(Permission.EDIT_PLANS)
def publish_plan(plan_id: UUID) -> Response:
    """Put it on the public page, or take it off again."""
    found = _load(plan_id)
    found.published = request.form.get("published") == "yes" and found.retired_at is None
    flash(_("It is on the public page.") if found.published else _("It is off the public page."))
    return redirect(url_for("desk.plan", plan_id=found.id), code=303)


@blueprint.post("/plans/<uuid:plan_id>/retirement")
@requires(Permission.EDIT_PLANS)
def retire_plan(plan_id: UUID) -> Response:
    """Sell it no more."""
    found = _load(plan_id)
    plans.retire(found)
    flash(_("%(name)s is sold no more.", name=words(found.current.name)))
    return redirect(url_for("desk.plans_list"), code=303)


@blueprint.get("/promotions")
@requires(Permission.EDIT_PLANS)
def promotions() -> Response:
    """Codes, how often each was used, and a form for another."""
    form = PromotionForm(_plan_choices(), formdata=None)
    form.process(data={"periods": 1, "most_uses": 0})
    return _promotions_page(form)


@blueprint.post("/promotions")
@requires(Permission.EDIT_PLANS)
def add_promotion() -> Response:
    """Keep a code."""
    form = PromotionForm(_plan_choices())
    if not form.validate_on_submit():
        return _promotions_page(form, 422)
    if db.session.scalar(select(Promotion.id).where(Promotion.code == form.code.data)) is not None:
        form.code.errors = [_("This code exists already")]
        return _promotions_page(form, 422)
    db.session.add(form.made())
    db.session.flush()
    flash(_("%(code)s can be used.", code=form.code.data))
    return redirect(url_for("desk.promotions"), code=303)


@blueprint.post("/promotions/<uuid:promotion_id>/end")
@requires(Permission.EDIT_PLANS)
def end_promotion(promotion_id: UUID) -> Response:
    """Accept the code no more. Whoever has used it keeps what it gives."""
    found = db.session.get(Promotion, promotion_id) or abort(404)
    plans.end_promotion(found)
    flash(_("%(code)s is accepted no more. Whoever has used it keeps what it gives.", code=found.code))
    return redirect(url_for("desk.promotions"), code=303)


def _load(plan_id: UUID) -> Plan:
    found = db.session.get(Plan, plan_id)
    return found if found is not None and found.versions else abort(404)


def _locations() -> list[Location]:
    return list(db.session.scalars(select(Location).order_by(Location.position, Location.name)))


def _plan_choices() -> list[tuple[str, str]]:
    return [(str(each.id), words(each.current.name)) for each in plans.offered()]


def _plan_page(found: Plan, form: PlanForm, status: int = 200) -> Response:
    counts = plans.subscribers([found])[found.id]
    return page(
        "desk/plans/plan.html", status=status, plan=found, form=form, counts=counts, on_earlier=_on_earlier(found, counts), saying=saying,
        form_errors=bool(form.errors),
    )  # fmt: skip


def _on_earlier(found: Plan, counts: dict[UUID, int]) -> str:
    earlier = sum(count for version_id, count in counts.items() if version_id != found.current.id)
    return ngettext("%(num)d subscription is on an earlier version.", "%(num)d subscriptions are on earlier versions.", earlier) if earlier else ""


def _promotions_page(form: PromotionForm, status: int = 200) -> Response:
    rows = db.session.scalars(select(Promotion).order_by(Promotion.ended_at.is_not(None), Promotion.created_at.desc()).limit(200)).all()
    sold = select(Plan).where(Plan.id.in_([row.plan_id for row in rows if row.plan_id])).options(selectinload(Plan.versions))
    names = {each.id: each.current for each in db.session.scalars(sold)}
    return page("desk/plans/promotions.html", status=status, rows=rows, names=names, form=form, form_errors=bool(form.errors))
