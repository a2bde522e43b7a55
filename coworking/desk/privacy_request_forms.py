"""Forms about requests for personal data."""

from datetime import date

from flask import g
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Email, Length, Optional

from coworking.core import clock
from coworking.core.forms import OF_THE_LIST, Day, one_line, options, several_lines
from coworking.privacy.requests import CHANNELS
from coworking.privacy.views import request_words

LONG = Length(max=4000, message=_("Write at most %(max)d characters"))
BY_HAND = [(each, request_words.CHANNELS[each]) for each in CHANNELS[:3]]


class WrittenDownForm(FlaskForm):
    """A request that came on paper, by mail or by phone, or that somebody made at the desk. The clock starts when it came."""

    channel = RadioField(_("How did it reach us?"), choices=options(BY_HAND), validators=[DataRequired(OF_THE_LIST)])
    kind = SelectField(_("What do they want?"), choices=options(request_words.KINDS.items()), validators=[DataRequired(OF_THE_LIST)])
    received_on = Day(_("Day on which it came"), validators=[DataRequired(_("Choose the day on which it came"))])
    email = EmailField(
        _("E-mail address that we know"),
        filters=[one_line],
        validators=[
            Optional(),
            Length(max=254, message=_("Enter an address of at most %(max)d characters")),
            Email(_("Enter an e-mail address like name@example.com")),
        ],
    )
    name = StringField(_("Name"), filters=[one_line], validators=[Length(max=120, message=_("Enter at most %(max)d characters"))])
    words = TextAreaField(_("What they say"), filters=[several_lines], validators=[LONG])

    def validate_received_on(self, field: Day) -> None:
        """Nothing comes tomorrow."""
        if isinstance(field.data, date) and field.data > clock.today(g.operator.zone):
            raise ValidationError(_("Choose a day that is not after today"))

    def validate_name(self, field: StringField) -> None:
        """Somebody must be found again: by address, or by name."""
        if not field.data and not self.email.data:
            raise ValidationError(_("Enter a name or an e-mail address"))


class AnswerForm(FlaskForm):
    """What the person reads."""

    answer = TextAreaField(_("Your answer"), filters=[several_lines], validators=[DataRequired(_("Write the answer")), LONG])


class RefusalForm(FlaskForm):
    """Why not."""

    because = TextAreaField(
        _("Why it cannot be done"),
        filters=[several_lines],
        validators=[DataRequired(_("Write why it cannot be done: the person is told")), LONG],
    )


class ExtensionForm(FlaskForm):
    """Why it takes longer."""

    reason = StringField(
        _("Why it takes longer"),
        filters=[one_line],
        validators=[
            DataRequired(_("Write why it takes longer: the person is told")),
            Length(max=240, message=_("Enter at most %(max)d characters")),
        ],
    )
