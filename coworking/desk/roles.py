"""Who may do what: every permission on one screen, and who has which role."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import ALLOWED, Permission, Role, requires
from coworking.people import roles as rules
from coworking.people.models import Person
from coworking.people.roles import ROLE_NAMES

from .blueprint import blueprint

REFUSALS = {
    rules.NotAllowed: lazy_gettext("Only an owner gives roles."),
    rules.OwnRole: lazy_gettext("Nobody changes their own role. Ask another owner."),
    rules.LastOwner: lazy_gettext("The house needs an owner. Make somebody else an owner first."),
}


@blueprint.get("/settings/roles")
@requires(Permission.SEE_PEOPLE)
def roles() -> Response:
    """Who has which role, and what each allows."""
    return _roles_page()


@blueprint.post("/settings/roles")
@requires(Permission.EDIT_ROLES)
def give_role() -> Response:
    """Give a role to the person with this e-mail address."""
    email, wanted = one_line(request.form.get("email")).lower(), request.form.get("role", "")
    if wanted not in {role.value for role in rules.GIVEN}:
        return _roles_page(422, email, wanted, role_error=_("Choose a role of the list"))
    person = db.session.scalar(select(Person).where(Person.email == email[:254], Person.closed_at.is_(None)))
    if person is None:
        return _roles_page(422, email, wanted, email_error=_("Nobody here has this address. They join first, then you give the role."))
    try:
        rules.give_role(person, Role(wanted), current_user)
    except rules.RoleRefused as refusal:
        return _roles_page(422, email, wanted, email_error=str(REFUSALS[type(refusal)]))
    flash(_("%(name)s is now: %(role)s.", name=person.name, role=ROLE_NAMES[Role(wanted)]))
    return redirect(url_for("desk.roles"), code=303)


def _roles_page(status: int = 200, email: str = "", wanted: str = "", **errors: str) -> Response:
    staff = db.session.scalars(select(Person).where(Person.role != Role.MEMBER.value, Person.closed_at.is_(None)).order_by(Person.name)).all()
    return page(
        "desk/settings/roles.html", status=status, staff=staff, names=ROLE_NAMES, roles=rules.GIVEN, permissions=list(Permission),
        allowed=ALLOWED, email=email, wanted=wanted, form_errors=bool(errors), **errors,
    )  # fmt: skip
