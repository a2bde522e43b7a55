"""A company's own page: its people, its shared allowance, who used what."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from coworking.billing import accounts
from coworking.core import clock, mail
from coworking.core.links import absolute_url
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.memberships import saying, usage
from coworking.people import companies, throttle
from coworking.people.addresses import normal_address
from coworking.people.companies import SeatRefused
from coworking.people.company import Company, Seat

from .blueprint import blueprint
from .company_form import CompanyForm


@blueprint.get("/company")
@requires(Permission.HAVE_ACCOUNT)
def company() -> Response:
    """The company of whoever is signed in, or how to make one."""
    return _page()


@blueprint.post("/company")
@requires(Permission.HAVE_ACCOUNT)
def found_company() -> Response:
    """Make a company, with oneself as its admin."""
    form = CompanyForm()
    if companies.seat_of(current_user) is not None:
        return go(url_for("portal.company"))
    if not form.validate_on_submit():
        return page("portal/company_new.html", status=422, form=form)
    made = companies.found(form.name.data or "", current_user)
    accounts.account_of_company(made)
    flash(_("%(name)s is set up. Invite your people.", name=made.name))
    return go(url_for("portal.company"))


@blueprint.post("/company/invitations")
@requires(Permission.HAVE_ACCOUNT)
def invite_to_company() -> Response:
    """Invite somebody by mail."""
    led, typed = _led(), request.form.get("email", "")
    email = normal_address(typed)
    if email is None:
        return _page(422, error=_("Enter an address like anna@example.com"), typed=typed)
    try:
        _room_for_one_more(led)
        throttle.count(throttle.MAIL, email, request.remote_addr)
        token = companies.invite(led, email, current_user)
    except SeatRefused as refusal:
        return _page(422, error=str(refusal), typed=typed)
    except throttle.TooManyTries:
        return _page(429, error=_("Too many mails to this address. Try again later."), typed=typed)
    url = absolute_url("portal.seat_offer", token=token)
    locale = current_user.locale or g.operator.default_locale
    mail.post(to=email, template="emails/people/seat_offer", locale=locale, company=led, by=current_user, url=url)
    flash(_("An invitation is on its way to %(email)s.", email=email))
    return go(url_for("portal.company"))


@blueprint.post("/company/invitations/<uuid:invitation_id>/removal")
@requires(Permission.HAVE_ACCOUNT)
def take_back_invitation(invitation_id: UUID) -> Response:
    """Make an invitation stop working."""
    companies.take_back(_led(), invitation_id)
    flash(_("The invitation no longer works."))
    return go(url_for("portal.company"))


@blueprint.post("/company/people/<uuid:person_id>/removal")
@requires(Permission.HAVE_ACCOUNT)
def remove_from_company(person_id: UUID) -> Response:
    """Take a seat away: an admin anybody's, everybody their own."""
    own = companies.seat_of(current_user) or abort(404)
    if not own.admin and person_id != current_user.id:
        abort(404)
    if person_id not in {each.person_id for each in companies.people_of(own.company)}:
        abort(404)
    try:
        companies.remove(own.company, person_id)
    except SeatRefused as refusal:
        return _page(422, error=str(refusal))
    flash(_("Done. From now on they book for themselves."))
    return go(url_for("portal.company"))


@blueprint.post("/company/people/<uuid:person_id>/admin")
@requires(Permission.HAVE_ACCOUNT)
def set_company_admin(person_id: UUID) -> Response:
    """Let somebody manage the company, or no longer."""
    led = _led()
    if person_id not in {each.person_id for each in companies.people_of(led)}:
        abort(404)
    try:
        companies.set_admin(led, person_id, request.form.get("admin") == "yes")
    except SeatRefused as refusal:
        return _page(422, error=str(refusal))
    return go(url_for("portal.company"))


@blueprint.get("/company/seat/<token>")
@requires(Permission.PUBLIC)
def seat_offer(token: str) -> Response:
    """The invitation: whose it is, and how to accept it."""
    return _offer(token)


@blueprint.post("/company/seat/<token>")
@requires(Permission.HAVE_ACCOUNT)
def take_seat(token: str) -> Response:
    """Accept the invitation."""
    offered = companies.invitation(token)
    if offered is None:
        return _offer(token)
    try:
        companies.accept(*offered, current_user)
        _room_for_one_more(offered[1], already=1)
    except SeatRefused as refusal:
        return _offer(token, refused=str(refusal))
    flash(_("You belong to %(name)s now.", name=offered[1].name))
    return go(url_for("portal.company"))


def _offer(token: str, refused: str = "") -> Response:
    offered = companies.invitation(token)
    if offered is None:
        return page("portal/seat_offer.html", status=404, offer=None, company=None, refused="", token=token)
    return page("portal/seat_offer.html", status=422 if refused else 200, offer=offered[0], company=offered[1], refused=refused, token=token)


def _led() -> Company:
    """The company that whoever is signed in manages; 404 for everybody else."""
    own = companies.seat_of(current_user)
    return own.company if own is not None and own.admin else abort(404)


def _room_for_one_more(company: Company, already: int = 0) -> None:
    paid = usage.seats_paid(company)
    waiting = 0 if already else len(companies.open_invitations(company))
    if paid is not None and len(companies.people_of(company)) + waiting - already >= paid:
        raise SeatRefused(_("Your plan is for %(count)d people, and all seats are taken or offered. Add a seat to the plan first.", count=paid))


def _page(status: int = 200, error: str = "", typed: str = "") -> Response:
    own = companies.seat_of(current_user)
    if own is None:
        return page("portal/company_new.html", status=status, form=CompanyForm(formdata=None))
    return page("portal/company.html", status=status, own=own, error=error, typed=typed, form_errors=bool(error), **_about(own))


def _about(own: Seat) -> dict[str, Any]:
    company, zone = own.company, g.operator.zone
    account = accounts.known_account_of_company(company)
    used = usage.by_person(company, account, clock.today(zone), zone, g.operator.currency) if own.admin else {}
    return {
        "company": company,
        "people": companies.people_of(company),
        "invitations": companies.open_invitations(company) if own.admin else [],
        "pools": usage.pools(company),
        "used": used,
        "paid": usage.seats_paid(company),
        "amount_of": saying.amount_of,
        "today": clock.today(zone),
    }
