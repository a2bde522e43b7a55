"""How long what is kept, what the nightly run takes, and legal holds: placed, looked at again, ended."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from coworking.core import clock
from coworking.core.db import db
from coworking.core.forms import Choices, Day, one_line, several_lines
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.addresses import normal_address
from coworking.people.models import Person
from coworking.privacy import holds, keeping, restricting, retention_jobs
from coworking.privacy.limits_words import REASONS
from coworking.privacy.models import LegalHold, Restriction
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .looking import looked

SHOWN_FOR = timedelta(days=365)
"""How long a hold that is over stays in the list: as long as it is kept."""


class HoldForm(FlaskForm):
    """Whose, what, why, until when, and when somebody asks whether it is still needed."""

    email = StringField(
        lazy_gettext("E-mail of the person"), filters=[one_line], validators=[DataRequired(lazy_gettext("Write whom it is about")), Length(max=254)]
    )
    reason = TextAreaField(
        lazy_gettext("Which dispute or order it is for"),
        filters=[several_lines],
        validators=[
            DataRequired(lazy_gettext("Say which dispute or order it is for.")),
            Length(max=500, message=lazy_gettext("Enter at most %(max)d characters")),
        ],
    )
    keys = Choices(lazy_gettext("What has to be kept"), validators=[DataRequired(lazy_gettext("Choose what has to be kept."))])
    ends_on = Day(lazy_gettext("Last day"), validators=[DataRequired(lazy_gettext("Choose a day to come."))])
    review_on = Day(lazy_gettext("Ask again on"), validators=[DataRequired(lazy_gettext("Choose a day before the end."))])
    silent = BooleanField(lazy_gettext("An order forbids telling the person"))


class ExtendForm(FlaskForm):
    """Another end, and another day to ask again."""

    ends_on = Day(lazy_gettext("Last day"), validators=[DataRequired(lazy_gettext("Choose a day to come."))])
    review_on = Day(lazy_gettext("Ask again on"), validators=[DataRequired(lazy_gettext("Choose a day before the end."))])


@blueprint.get("/privacy/keeping")
@requires(Permission.MANAGE_PRIVACY)
def privacy_keeping() -> Response:
    """The times of the register, the last run, and every hold."""
    run, today = retention_jobs.last_run(), clock.today(g.operator.zone)
    known = keeping.known_holds(today - SHOWN_FOR)
    looked({hold.person_id for hold in known}, Purpose.RIGHTS)
    return page(
        "desk/privacy/keeping.html", times=keeping.times(g.operator), run=run, removed=keeping.removed(run.removed) if run else [], holds=known,
        people=_people(known), aside=restricting.running(), reasons=REASONS, today=today, titles=holds.titles, months=keeping.forgotten_months(),
    )  # fmt: skip


@blueprint.get("/privacy/holds/new")
@requires(Permission.MANAGE_PRIVACY)
def new_hold() -> Response:
    """The form that places a hold."""
    today = clock.today(g.operator.zone)
    address = request.args.get("email", "")[:254]
    form = HoldForm(formdata=None, email=address, ends_on=today + timedelta(days=365), review_on=today + timedelta(days=180))
    return _form(form)


@blueprint.post("/privacy/holds")
@requires(Permission.MANAGE_PRIVACY)
def place_hold() -> Response:
    """Place it; the person is told unless an order forbids it."""
    form = HoldForm()
    form.keys.choices = keeping.holdable()
    if not form.validate_on_submit():
        return _form(form, 422)
    person = db.session.scalar(sa.select(Person).where(Person.email == (normal_address(form.email.data or "") or "")))
    if person is None:
        form.email.errors = [_("Nobody here has this address.")]
        return _form(form, 422)
    asked: dict[str, Any] = {"ends_on": form.ends_on.data, "review_on": form.review_on.data, "tell": not form.silent.data}
    try:
        holds.place(person, form.keys.data or [], form.reason.data or "", by=current_user, **asked)
    except holds.HoldRefused as refused:
        form[refused.field].errors = [refused.why]
        return _form(form, 422)
    flash(_("Kept from now on. Nothing else is done with it."), "success")
    return go(url_for("desk.privacy_keeping"))


@blueprint.get("/privacy/holds/<uuid:hold_id>")
@requires(Permission.MANAGE_PRIVACY)
def hold(hold_id: UUID) -> Response:
    """One hold: what, why, until when, and the ways to change it."""
    found = _hold(hold_id)
    return _shown(found, ExtendForm(formdata=None, ends_on=found.ends_on, review_on=found.review_on))


@blueprint.post("/privacy/holds/<uuid:hold_id>/extension")
@requires(Permission.MANAGE_PRIVACY)
def extend_hold(hold_id: UUID) -> Response:
    """Give it another end."""
    found, form = _hold(hold_id), ExtendForm()
    if found.ended_at is not None or not form.validate_on_submit() or form.ends_on.data is None or form.review_on.data is None:
        return _shown(found, form, 422)
    try:
        holds.extend(found, ends_on=form.ends_on.data, review_on=form.review_on.data)
    except holds.HoldRefused as refused:
        form[refused.field].errors = [refused.why]
        return _shown(found, form, 422)
    flash(_("Changed."), "success")
    return go(url_for("desk.privacy_keeping"))


@blueprint.post("/privacy/holds/<uuid:hold_id>/end")
@requires(Permission.MANAGE_PRIVACY)
def end_hold(hold_id: UUID) -> Response:
    """Let go. What it kept goes with the next run, where its time has come."""
    holds.end(_hold(hold_id))
    flash(_("Ended. What it kept goes with the next nightly run, where its time has come."), "success")
    return go(url_for("desk.privacy_keeping"))


@blueprint.post("/privacy/restrictions/<uuid:restriction_id>/announcement")
@requires(Permission.MANAGE_PRIVACY)
def announce_lifting(restriction_id: UUID) -> Response:
    """Tell the person that their data will be used again; it is, a day later."""
    row = db.session.get(Restriction, restriction_id) or abort(404)
    restricting.announce(row)
    looked(row.person_id, Purpose.RIGHTS)
    flash(_("The person is told now. It ends with the first nightly run a day later."), "success")
    return go(url_for("desk.privacy_keeping"))


def _hold(hold_id: UUID) -> LegalHold:
    return db.session.get(LegalHold, hold_id) or abort(404)


def _shown(found: LegalHold, form: ExtendForm, status: int = 200) -> Response:
    looked(found.person_id, Purpose.RIGHTS)
    today: date = clock.today(g.operator.zone)
    return page(
        "desk/privacy/hold.html", status=status, hold=found, form=form, person=_people([found]).get(found.person_id), today=today, titles=holds.titles
    )


def _form(form: HoldForm, status: int = 200) -> Response:
    form.keys.choices = keeping.holdable()
    return page("desk/privacy/hold_form.html", status=status, form=form)


def _people(known: list[LegalHold]) -> dict[UUID, Person]:
    ids = {each.person_id for each in known}
    return {person.id: person for person in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
