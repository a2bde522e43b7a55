"""Forms of houses, opening hours and their exceptions."""

from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from coworking.core import clock, i18n
from coworking.core.forms import AT_MOST, Choice, Day, one_line, several_lines, zones
from coworking.core.stale import CarefulForm
from coworking.core.texts import Texts

from . import opening_text
from .models import Location, OpeningException, OpeningHours

FURTHEST = timedelta(days=5 * 366)
HOURS = lazy_gettext("Enter hours like 08:00–18:00, or leave it empty for closed")


class InLanguages(FlaskForm):
    """A form with words in each language that the operator offers: fields named ``<word>_<code>``."""

    def words(self, field: str) -> Texts:
        """What was typed for ``field`` by language, without the empty ones."""
        typed = {code: self[f"{field}_{code}"].data or "" for code in g.operator.locales}
        return Texts({code: text for code, text in typed.items() if text})

    def show(self, field: str, texts: Texts) -> None:
        """Fill the fields of ``field`` with the words that are kept."""
        for code in i18n.CODES:
            self[f"{field}_{code}"].data = texts.get(code, "")


class LocationForm(CarefulForm, InLanguages):
    """A house: where it is, and how to get in."""

    name = StringField(
        lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter the name of the house")), Length(max=80, message=AT_MOST)], filters=[one_line]
    )
    street = StringField(
        lazy_gettext("Street and number"),
        [DataRequired(lazy_gettext("Enter the street and number")), Length(max=160, message=AT_MOST)],
        filters=[one_line],
    )
    postcode = StringField(
        lazy_gettext("Postcode"), [DataRequired(lazy_gettext("Enter the postcode")), Length(max=20, message=AT_MOST)], filters=[one_line]
    )
    city = StringField(lazy_gettext("City"), [DataRequired(lazy_gettext("Enter the city")), Length(max=80, message=AT_MOST)], filters=[one_line])
    zone = Choice(lazy_gettext("Time zone"), choices=zones())
    step_free = BooleanField(lazy_gettext("Step-free from the street"))
    closed_on_holidays = BooleanField(lazy_gettext("Closed on public holidays"))
    directions_en = TextAreaField(lazy_gettext("How to get in"), filters=[several_lines], validators=[Length(max=2000, message=AT_MOST)])
    directions_fr = TextAreaField(lazy_gettext("How to get in"), filters=[several_lines], validators=[Length(max=2000, message=AT_MOST)])
    directions_nb = TextAreaField(lazy_gettext("How to get in"), filters=[several_lines], validators=[Length(max=2000, message=AT_MOST)])

    def fill(self, location: Location) -> None:
        """Write what was typed into the house."""
        for field in ("name", "street", "postcode", "city", "zone", "step_free", "closed_on_holidays"):
            setattr(location, field, self[field].data)
        location.directions = self.words("directions")


class Hours(StringField):
    """Stretches of open time as text; ``stretches`` holds them once the form is valid."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, filters=[one_line], **kwargs)
        self.stretches: list[tuple[int, int]] = []

    def pre_validate(self, form: Any) -> None:
        """Read the text; raises ValidationError in the reader's words."""
        try:
            self.stretches = opening_text.read((self.data or "")[:200])
        except opening_text.UnreadableHours:
            raise ValidationError(str(HOURS)) from None


class HoursForm(CarefulForm):
    """A week of opening hours, Monday first."""

    day0 = Hours(lazy_gettext("Monday"))
    day1 = Hours(lazy_gettext("Tuesday"))
    day2 = Hours(lazy_gettext("Wednesday"))
    day3 = Hours(lazy_gettext("Thursday"))
    day4 = Hours(lazy_gettext("Friday"))
    day5 = Hours(lazy_gettext("Saturday"))
    day6 = Hours(lazy_gettext("Sunday"))

    @property
    def days(self) -> list[Hours]:
        """The seven fields."""
        return [self[f"day{weekday}"] for weekday in range(7)]

    def show(self, location: Location) -> None:
        """Fill in what is kept."""
        for weekday, field in enumerate(self.days):
            field.data = opening_text.write([(row.opens, row.closes) for row in location.opening_hours if row.weekday == weekday])

    def fill(self, location: Location) -> None:
        """Write the week into the house."""
        location.opening_hours = [
            OpeningHours(operator_id=location.operator_id, weekday=weekday, opens=opens, closes=closes)
            for weekday, field in enumerate(self.days)
            for opens, closes in field.stretches
        ]


class ExceptionForm(FlaskForm):
    """A date with hours of its own."""

    day = Day(lazy_gettext("Date"), [DataRequired(lazy_gettext("Choose a date"))])
    hours = Hours(lazy_gettext("Open that day"))
    reason = StringField(lazy_gettext("Reason"), [Length(max=120, message=AT_MOST)], filters=[one_line])

    def validate_day(self, field: Day) -> None:
        """Neither past nor so far ahead that it is a slip of the finger."""
        first = clock.today(g.operator.zone)
        if field.data is not None and not first <= field.data <= first + FURTHEST:
            raise ValidationError(gettext("Choose a date from today on, at most five years ahead"))

    def validate_hours(self, field: Hours) -> None:
        """One stretch at most: a day out of the ordinary is simple."""
        if len(field.stretches) > 1:
            raise ValidationError(gettext("Enter one stretch, or leave it empty for closed"))

    def made(self, location: Location) -> OpeningException:
        """The exception that was typed."""
        opens, closes = self.hours.stretches[0] if self.hours.stretches else (None, None)
        return OpeningException(
            operator_id=location.operator_id, location_id=location.id, day=self.day.data, opens=opens, closes=closes, reason=self.reason.data or ""
        )


class PhotoForm(InLanguages):
    """What a photo shows, for those who don't see it. The operator's first language is a must."""

    alt_en = StringField(filters=[one_line], validators=[Length(max=250, message=AT_MOST)])
    alt_fr = StringField(filters=[one_line], validators=[Length(max=250, message=AT_MOST)])
    alt_nb = StringField(filters=[one_line], validators=[Length(max=250, message=AT_MOST)])
    file = FileField(lazy_gettext("Photo"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Says what is missing at its field: the file, or the words in the first language."""
        valid = bool(super().validate(extra_validators))
        words = self[f"alt_{g.operator.default_locale}"]
        if not words.data:
            words.errors = [gettext("Describe the photo for people who can't see it")]
        if not self.file.data:
            self.file.errors = [gettext("Choose a photo")]
        return valid and bool(words.data) and bool(self.file.data)
