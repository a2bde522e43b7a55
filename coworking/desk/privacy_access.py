"""Who opened what about whom, and letting the host's support in."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from coworking.core.db import db
from coworking.core.forms import WholeNumber, one_line
from coworking.core.links import absolute_url
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.models import Person
from coworking.people.roles import ROLE_NAMES
from coworking.privacy import access, support
from coworking.privacy.access_words import PAGES, PURPOSES
from coworking.privacy.models import SupportGrant

from .blueprint import blueprint


class GrantForm(FlaskForm):
    """What help is needed with, and for how long."""

    purpose = StringField(
        lazy_gettext("What they should help with"),
        filters=[one_line],
        validators=[
            DataRequired(lazy_gettext("Write what they should help with")),
            Length(max=240, message=lazy_gettext("Enter at most %(max)d characters")),
        ],
    )
    hours = WholeNumber(lazy_gettext("For how many hours"), least=1, most=support.MOST_HOURS, default=4)
    may_change = BooleanField(lazy_gettext("They may change things too, not only look"))


@blueprint.get("/privacy/access")
@requires(Permission.MANAGE_PRIVACY)
def privacy_access() -> Response:
    """The list, narrowed by ``role`` and ``person``, a ``page`` at a time; and grants that run."""
    return _page(GrantForm(formdata=None))


@blueprint.post("/privacy/access/grants")
@requires(Permission.EDIT_ROLES)
def grant_support() -> Response:
    """Make a key for the host's support. It is shown once, on the next page."""
    form = GrantForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    _made, token = support.grant(form.purpose.data or "", form.hours.data or 1, bool(form.may_change.data), current_user)
    flash(
        _(
            "Send this address to the host’s support. It opens once, and is shown only now: %(url)s",
            url=absolute_url("privacy.support_key", token=token),
        )
    )
    return go(url_for("desk.privacy_access"))


@blueprint.post("/privacy/access/grants/<uuid:grant_id>/end")
@requires(Permission.MANAGE_PRIVACY)
def revoke_support(grant_id: UUID) -> Response:
    """End a grant at once."""
    support.revoke(db.session.get(SupportGrant, grant_id) or abort(404))
    flash(_("Ended. Whoever was in is signed out."))
    return go(url_for("desk.privacy_access"))


@blueprint.app_template_global("support_grants")
def support_grants() -> list[SupportGrant]:
    """Grants under which the host is in now, for the banner of managers."""
    return [each for each in support.running() if each.opened_at is not None]


def _page(form: GrantForm, status: int = 200) -> Response:
    role, person = request.args.get("role", ""), request.args.get("person", "")
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    roles = {each.value: name for each, name in ROLE_NAMES.items()}
    role = role if role in roles else ""
    entries, more = access.latest(_id(person), None, role, number)
    ids = {each.person_id for each in entries} | {each.by_id for each in entries}
    names = dict(db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids - {None}))).all())
    return page("desk/privacy/access.html", status=status, form=form, running=support.running(), entries=entries, more=more, number=number, role=role,
                person=person, roles=roles, names=names, pages=PAGES, purposes=PURPOSES)  # fmt: skip


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
