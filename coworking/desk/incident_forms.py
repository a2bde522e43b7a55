"""Forms of incidents."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from coworking.core import clock, i18n
from coworking.core.forms import OF_THE_LIST, one_line, options, several_lines
from coworking.privacy.incidents.affected import tables_with
from coworking.privacy.incidents.cases import HIGH_RISK, NO_RISK, RISK
from coworking.privacy.models import Incident
from coworking.privacy.register import ENTRIES
from coworking.spaces.models import Location

LONG = Length(max=4000, message=_("Write at most %(max)d characters"))
RISKS = {
    "": _("Not judged yet"),
    NO_RISK: _("None to speak of: nobody has to be told"),
    RISK: _("Some: the authority is told"),
    HIGH_RISK: _("High: the authority and the people concerned are told"),
}


class Moment(DateTimeLocalField):
    """A date and time on the operator's wall; ``moment`` is the same in UTC."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing, or a time; raises ValueError with our words."""
        self.data = None
        if not "".join(valuelist).strip():
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Choose a day and a time")) from None

    @property
    def moment(self) -> datetime | None:
        """What was chosen, in UTC."""
        return self.data.replace(tzinfo=ZoneInfo(g.operator.zone)).astimezone(UTC) if self.data is not None else None


class SomeOf(SelectMultipleField):
    """Any of a list, each with a box to tick."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        # What the forms' macro goes by.
        self.type = "SelectMultipleField"

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError in our words for what is not in the list."""
        if not {*(self.data or ())} <= {value for value, *_rest in self.iter_choices()}:
            raise ValidationError(OF_THE_LIST)


class OneOf(SelectField):
    """One of a list."""

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError in our words for what is not in the list."""
        if self.data not in {value for value, *_rest in self.iter_choices()}:
            raise ValidationError(OF_THE_LIST)


class IncidentForm(FlaskForm):
    """What is known of an incident."""

    report = HiddenField()
    title = StringField(
        _("What it is, in a few words"),
        filters=[one_line],
        validators=[DataRequired(_("Give it a name")), Length(max=120, message=_("Enter at most %(max)d characters"))],
    )
    aware_at = Moment(_("Known since"), validators=[DataRequired(_("Choose a day and a time"))])
    happened = TextAreaField(_("What happened"), filters=[several_lines], validators=[LONG])
    keys = SomeOf(_("Which kinds of data"))
    location = OneOf(_("Where"), default="")
    began_at = Moment(_("From"), validators=[Optional()])
    ended_at = Moment(_("Until"), validators=[Optional()])
    consequences = TextAreaField(_("What it may lead to"), filters=[several_lines], validators=[LONG])
    measures = TextAreaField(_("What you do about it"), filters=[several_lines], validators=[LONG])
    words_en = TextAreaField(_("Words of your own for the letter, English"), filters=[several_lines], validators=[LONG])
    words_fr = TextAreaField(_("Words of your own for the letter, French"), filters=[several_lines], validators=[LONG])
    words_nb = TextAreaField(_("Words of your own for the letter, Norwegian"), filters=[several_lines], validators=[LONG])
    languages = i18n.CODES

    def __init__(self, places: list[Location], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys.choices = options(
            sorted(((key, entry.title) for key, entry in ENTRIES.items() if tables_with([key])), key=lambda pair: str(pair[1]).casefold())
        )
        self.location.choices = options([("", _("Everywhere")), *((str(each.id), each.name) for each in places)])

    def validate_aware_at(self, field: Moment) -> None:
        """Nobody knows of tomorrow."""
        if field.moment is not None and field.moment > clock.now():
            raise ValidationError(gettext("Choose a time that has passed"))

    def validate_ended_at(self, field: Moment) -> None:
        """It ends after it began."""
        if field.data is not None and self.began_at.data is not None and field.data < self.began_at.data:
            raise ValidationError(gettext("Choose a time after the beginning"))


class JudgingForm(FlaskForm):
    """How bad it is for the people concerned."""

    risk = RadioField(_("Risk"), choices=options((value, text) for value, text in RISKS.items() if value), validators=[DataRequired(OF_THE_LIST)])
    why = TextAreaField(_("Why"), filters=[several_lines], validators=[DataRequired(_("Write why")), LONG])


class TellingForm(FlaskForm):
    """When the authority was told."""

    told_at = Moment(_("Told on"), validators=[DataRequired(_("Choose a day and a time"))])
    late_because = StringField(
        _("Why it was not within 72 hours"), filters=[one_line], validators=[Length(max=240, message=_("Enter at most %(max)d characters"))]
    )


def on_wall(moment: datetime | None) -> datetime | None:
    """A moment as the form shows it."""
    return moment.astimezone(ZoneInfo(g.operator.zone)).replace(tzinfo=None) if moment is not None else None


def filled(incident: Incident, places: list[Location]) -> IncidentForm:
    """The form with what is known so far."""
    return IncidentForm(
        places, formdata=None, title=incident.title, aware_at=on_wall(incident.aware_at), happened=incident.happened, keys=incident.keys,
        location=str(incident.location_id or ""), began_at=on_wall(incident.began_at), ended_at=on_wall(incident.ended_at),
        consequences=incident.consequences, measures=incident.measures, **{f"words_{code}": incident.words.get(code, "") for code in i18n.CODES},
    )  # fmt: skip
