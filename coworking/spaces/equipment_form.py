"""Forms of equipment: what rooms can have, and what one room has in particular."""

from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from coworking.core.forms import AT_MOST, Choice, one_line, options
from coworking.core.texts import Texts

from .forms import InLanguages
from .models import Equipment, Resource

ICONS = {
    "check": lazy_gettext("Tick"),
    "monitor": lazy_gettext("Screen"),
    "projector": lazy_gettext("Projector"),
    "presentation": lazy_gettext("Board"),
    "video": lazy_gettext("Video calls"),
    "mic": lazy_gettext("Microphone"),
    "volume-2": lazy_gettext("Loudspeaker"),
    "wifi": lazy_gettext("Wi-Fi"),
    "plug": lazy_gettext("Power"),
    "printer": lazy_gettext("Printer"),
    "coffee": lazy_gettext("Coffee"),
    "utensils": lazy_gettext("Kitchen"),
    "snowflake": lazy_gettext("Cooling"),
    "sun": lazy_gettext("Daylight"),
    "lock": lazy_gettext("Locker"),
    "accessibility": lazy_gettext("Wheelchair"),
    "ear": lazy_gettext("Hearing loop"),
    "toilet": lazy_gettext("Toilet"),
}
"""The icons of the sprite that say something about a room, with what each shows."""


class EquipmentForm(InLanguages):
    """Something that rooms can have."""

    name_en = StringField(filters=[one_line], validators=[Length(max=60, message=AT_MOST)])
    name_fr = StringField(filters=[one_line], validators=[Length(max=60, message=AT_MOST)])
    name_nb = StringField(filters=[one_line], validators=[Length(max=60, message=AT_MOST)])
    icon = Choice(lazy_gettext("Icon"), choices=options(ICONS.items()))
    access = BooleanField(lazy_gettext("Helps people with a disability"))

    def validate(self, extra_validators: Any = None) -> bool:
        """The operator's first language is a must: the others fall back to it."""
        valid = bool(super().validate(extra_validators))
        name = self[f"name_{g.operator.default_locale}"]
        if not name.data:
            name.errors = [gettext("Enter a name")]
        return valid and bool(name.data)

    def made(self, key: str) -> Equipment:
        """The equipment that was typed."""
        return Equipment(operator_id=g.operator.id, key=key, icon=self.icon.data, name=self.words("name"), access=self.access.data)


class NotesForm(InLanguages):
    """A note on each piece of equipment of one room; made by ``notes_form``."""

    def fill(self, room: Resource) -> None:
        """Write the notes into the room's equipment."""
        for row in room.equipment:
            row.note = self.words(_field(row.equipment_id.hex))

    def show_notes(self, room: Resource) -> None:
        """Fill in the notes that are kept."""
        for row in room.equipment:
            for code in g.operator.locales:
                self[f"{_field(row.equipment_id.hex)}_{code}"].data = (row.note or Texts()).get(code, "")


def notes_form(room: Resource, **kwargs: Any) -> NotesForm:
    """The form with a field for each piece of equipment of ``room`` in each language of the operator."""
    fields = {
        f"{_field(row.equipment_id.hex)}_{code}": StringField(filters=[one_line], validators=[Length(max=120, message=AT_MOST)])
        for row in room.equipment
        for code in g.operator.locales
    }
    made: NotesForm = type("NotesOfRoom", (NotesForm,), fields)(**kwargs)
    return made


def _field(equipment: str) -> str:
    return f"note_{equipment}"
