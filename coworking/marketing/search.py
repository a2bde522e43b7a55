"""The filters of the list of rooms. All of them are optional, and each says in its own words what it could not read."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, ValidationError

from coworking.core import clock, i18n
from coworking.spaces import names
from coworking.spaces.models import Kind, Location

from .finding import USUAL_LENGTH, Wanted

LENGTHS = (30, 60, 90, 120, 180, 240, 480)
MOST_DAYS = 730
"""No space takes bookings further ahead."""


class WallTime(DateTimeLocalField):
    """A date and time on the wall, as browsers send it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing, or a time; raises ValueError with our words."""
        self.data = None
        if not "".join(valuelist).strip():
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Choose a day and a time")) from None


class Count(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing, or a number; raises ValueError with our words."""
        self.data = None
        if not "".join(valuelist).strip():
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter how many seats you need, as a number")) from None


class OneOf(SelectField):
    """One of a list."""

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError with our words."""
        if self.data and self.data not in [value for value, *_rest in self.iter_choices()]:
            raise ValidationError(gettext("Choose one from the list"))


class SomeOf(SelectMultipleField):
    """Any of a list."""

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError with our words."""
        known = {value for value, *_rest in self.iter_choices()}
        if not known.issuperset(self.data or []):
            raise ValidationError(gettext("Choose from the list"))


class SearchForm(FlaskForm):
    """When, how long, how many seats, what kind, with what, and where."""

    class Meta:
        """It changes nothing, so it needs no token, and its address stays short."""

        csrf = False

    when = WallTime(lazy_gettext("When"))
    length = OneOf(lazy_gettext("How long"), name="for")
    seats = Count(lazy_gettext("Seats"), validators=[Optional(), NumberRange(1, 1000, lazy_gettext("Enter a number of seats from 1 to 1000"))])
    kind = OneOf(lazy_gettext("Kind"))
    location = OneOf(lazy_gettext("House"))
    equipment = SomeOf(lazy_gettext("With"))

    def offer(self, kinds: list[str], locations: list[Location], equipment: list[tuple[str, str]]) -> None:
        """Fill the lists with what the operator has."""
        self.length.choices = [(str(minutes), i18n.length(minutes)) for minutes in LENGTHS]
        self.length.data = self.length.data or str(USUAL_LENGTH)
        self.kind.choices = [("", gettext("Any kind")), *((kind.value, names.kinds_name(kind.value)) for kind in Kind if kind.value in kinds)]
        self.location.choices = [("", gettext("Any house")), *((location.slug, location.name) for location in locations)]
        self.equipment.choices = equipment
        self.zone = locations[0].zone if locations else "UTC"

    def validate_when(self, field: WallTime) -> None:
        """From today on, and not years away."""
        if field.data is None:
            return
        ahead = (field.data.date() - clock.today(self.zone)).days
        if ahead < 0:
            raise ValidationError(gettext("Choose a day from today on"))
        if ahead > MOST_DAYS:
            raise ValidationError(gettext("Choose a day within the next two years"))

    def wanted(self) -> Wanted:
        """When the space is needed, leaving out what could not be read."""
        length = int(self.length.data) if self.length.data and not self.length.errors else USUAL_LENGTH
        when = None if self.when.errors else self.when.data
        return Wanted(length=length) if when is None else Wanted(when.date(), when.hour * 60 + when.minute, length)
