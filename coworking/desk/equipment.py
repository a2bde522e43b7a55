"""Equipment: what rooms of this operator can have, and notes on what one room has."""

from uuid import UUID

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from coworking.core.db import db
from coworking.core.i18n import words
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.slugs import slug
from coworking.spaces.equipment_form import EquipmentForm
from coworking.spaces.models import Equipment, ResourceEquipment

from .blueprint import blueprint

MOST_EQUIPMENT = 60
KEY_LENGTH = 34


@blueprint.get("/settings/equipment")
@requires(Permission.EDIT_SPACES)
def equipment() -> Response:
    """Everything that rooms can have, with how many do."""
    return _equipment_page(EquipmentForm(formdata=None))


@blueprint.post("/settings/equipment")
@requires(Permission.EDIT_SPACES)
def add_equipment() -> Response:
    """Keep one more thing that rooms can have."""
    form = EquipmentForm()
    if not form.validate_on_submit():
        return _equipment_page(form, 422)
    taken = set(db.session.scalars(select(Equipment.key)))
    if len(taken) >= MOST_EQUIPMENT:
        form.icon.errors = [_("The list holds %(most)d at most. Remove one first.", most=MOST_EQUIPMENT)]
        return _equipment_page(form, 422)
    item = form.made(slug(words(form.words("name")), taken, otherwise="equipment", longest=KEY_LENGTH))
    db.session.add(item)
    db.session.flush()
    return _saved(_("%(name)s is on the list.", name=words(item.name)))


@blueprint.post("/equipment/<uuid:equipment_id>/removal")
@requires(Permission.EDIT_SPACES)
def remove_equipment(equipment_id: UUID) -> Response:
    """Take a thing off the list, and so out of every room."""
    item = db.session.get(Equipment, equipment_id) or abort(404)
    db.session.delete(item)
    return _saved(_("%(name)s is off the list.", name=words(item.name)))


def _equipment_page(form: EquipmentForm, status: int = 200) -> Response:
    items = db.session.scalars(select(Equipment).order_by(Equipment.key)).all()
    used = dict(db.session.execute(select(ResourceEquipment.equipment_id, func.count()).group_by(ResourceEquipment.equipment_id)).all())
    return page("desk/spaces/equipment.html", status=status, form=form, items=items, used=used)


def _saved(message: str) -> Response:
    flash(message)
    return redirect(url_for("desk.equipment"), code=303)
