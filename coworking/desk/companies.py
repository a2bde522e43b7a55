"""Companies at the desk: who they are, who sits in them, what they have left."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from coworking.billing import accounts
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.memberships import saying, usage
from coworking.memberships.models import PlanVersion, Subscription, SubscriptionState
from coworking.people import companies as verbs
from coworking.people.addresses import find_person, normal_address
from coworking.people.companies import SeatRefused
from coworking.people.company import Company, Seat
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .looking import looked

A_PAGE = 50
LONGEST_NAME = 120


@blueprint.get("/companies")
@requires(Permission.SEE_PEOPLE)
def companies() -> Response:
    """Every company with its number of people, narrowed by ``q``."""
    return _list()


@blueprint.post("/companies")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def add_company() -> Response:
    """Set a company up for somebody, who becomes its admin."""
    name, email = one_line(request.form.get("name")), normal_address(request.form.get("email", ""))
    admin = find_person(email) if email else None
    errors = {}
    if not name or len(name) > LONGEST_NAME:
        errors["name"] = _("Enter a name of at most %(max)d characters", max=LONGEST_NAME)
    if admin is None:
        errors["email"] = _("Nobody has an account with this address")
    if errors or admin is None:
        return _list(422, errors)
    if (seat := verbs.seat_of(admin)) is not None:
        return _list(422, {"email": _("%(name)s belongs to %(company)s already", name=admin.name, company=seat.company.name)})
    made = verbs.found(name, admin)
    accounts.account_of_company(made)
    flash(_("%(name)s is set up.", name=made.name))
    return go(url_for("desk.company", company_id=made.id))


@blueprint.get("/companies/<uuid:company_id>")
@requires(Permission.SEE_PEOPLE)
def company(company_id: UUID) -> Response:
    """One company: its people, plans, and what is left."""
    found = db.session.get(Company, company_id) or abort(404)
    looked([each.person_id for each in verbs.people_of(found)], Purpose.MEMBERSHIP)
    return _shown(found)


@blueprint.post("/companies/<uuid:company_id>/people")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def seat_person(company_id: UUID) -> Response:
    """Give somebody with an account a seat."""
    found = db.session.get(Company, company_id) or abort(404)
    email = normal_address(request.form.get("email", ""))
    person = find_person(email) if email else None
    if person is None:
        return _shown(found, 422, _("Nobody has an account with this address"))
    try:
        verbs.seat(found, person)
    except SeatRefused as refusal:
        return _shown(found, 422, str(refusal))
    return go(url_for("desk.company", company_id=found.id))


def _list(status: int = 200, errors: dict[str, str] | None = None) -> Response:
    q = one_line(request.args.get("q"))[:120]
    seated = select(func.count(Seat.id)).where(Seat.company_id == Company.id, Seat.left_at.is_(None)).correlate(Company).scalar_subquery()
    wanted = select(Company, seated).where(Company.closed_at.is_(None)).order_by(Company.name, Company.id).limit(A_PAGE)
    if q:
        wanted = wanted.where(Company.name.icontains(q, autoescape=True))
    rows = db.session.execute(wanted).all()
    return page("desk/companies/index.html", status=status, rows=rows, q=q, errors=errors or {}, typed=request.form, form_errors=bool(errors))


def _shown(found: Company, status: int = 200, error: str = "") -> Response:
    plans = (
        select(Subscription)
        .where(Subscription.company_id == found.id, Subscription.state != SubscriptionState.ENDED.value)
        .options(selectinload(Subscription.version).selectinload(PlanVersion.plan))
    )
    return page(
        "desk/companies/company.html", status=status, company=found, people=verbs.people_of(found), plans=db.session.scalars(plans).all(),
        pools=usage.pools(found), amount_of=saying.amount_of, error=error, typed=request.form, form_errors=bool(error),
    )  # fmt: skip
