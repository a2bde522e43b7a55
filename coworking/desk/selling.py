"""Selling at the desk: a plan for a person or their company, or a pass, billed at once."""

from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from coworking.billing import accounts
from coworking.core import once
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships import history, orders, plans
from coworking.memberships.models import Order
from coworking.memberships.subscribing import Refused, Wish
from coworking.people import companies
from coworking.people.company import Company
from coworking.people.models import Person

from .blueprint import blueprint
from .subscription_forms import SellForm

REFUSED = {
    "gone": ("plan", lazy_gettext("This plan is not offered any more")),
    "start": ("starts_on", lazy_gettext("Choose a day from today to three months ahead")),
    "seats": ("seats", lazy_gettext("The plan is not for that many people")),
    "already": ("plan", lazy_gettext("There is a plan already. Change that one.")),
    "hold": ("plan", lazy_gettext("An invoice is overdue, so nothing new can be sold before it is paid")),
    "code": ("code", lazy_gettext("This code gives nothing here: it is over, used up, or for another plan")),
}


@blueprint.get("/people/<uuid:person_id>/sale")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def sell(person_id: UUID) -> Response:
    """Start a plan for somebody, or sell them a pass."""
    person = _person(person_id)
    return page("desk/subscriptions/new.html", form=_offered(person, SellForm(formdata=None, data={"starts_on": history.today()})), person=person)


@blueprint.post("/people/<uuid:person_id>/sale")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def add_sale(person_id: UUID) -> AnyResponse:
    """Sell it. What is due goes onto an invoice at once."""
    person = _person(person_id)
    form = _offered(person, SellForm())
    order = _sold(person, form) if form.validate() else None
    if order is None:
        return page("desk/subscriptions/new.html", status=422, form=form, person=person)
    flash(_("Sold to %(name)s, and on an invoice.", name=person.name), "success")
    if order.subscription_id is None:
        return redirect(url_for("desk.person", person_id=person.id), code=303)
    return redirect(url_for("desk.subscription", subscription_id=order.subscription_id), code=303)


def _person(person_id: UUID) -> Person:
    person = db.session.get(Person, person_id)
    return person if person is not None and person.is_active else abort(404)


def _offered(person: Person, form: SellForm) -> SellForm:
    seat = companies.seat_of(person)
    form.offer(plans.offered(), [("person", person.name), *([("company", seat.company.name)] if seat is not None else [])])
    return form


def _sold(person: Person, form: SellForm) -> Order | None:
    """The order, done; None where it was refused, with the reason at its field."""
    plan = next((each for each in plans.offered() if str(each.id) == form.plan.data), None)
    seat = companies.seat_of(person)
    key = f"desk:{once.id_of(request.form, person.id)}"
    if (before := orders.placed_with(key)) is not None:
        return before
    if plan is None or form.starts_on.data is None:
        return None
    holder: Person | Company = seat.company if form.holder.data == "company" and seat is not None else person
    account = accounts.account_of_company(holder) if isinstance(holder, Company) else accounts.account_of(holder)
    wish = Wish(plan.current, form.starts_on.data, seats=form.seats.data or 0, code=form.code.data or "")
    try:
        basket = orders.fill(wish, account, holder, history.today())
    except Refused as refusal:
        field, text = REFUSED[refusal.why]
        form[field].errors = [str(text)]
        return None
    return orders.accept(orders.place(person, account, basket, key))
