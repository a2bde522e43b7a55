"""The form with which anybody reports a problem with data."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional

from coworking.core.forms import OF_THE_LIST, one_line, options, several_lines
from coworking.privacy.incidents.reporting import CHILD, DATA

KINDS = ((DATA, _("Something is wrong with personal data")), (CHILD, _("A child uses an account")))


class ReportForm(FlaskForm):
    """What is wrong, and, if one wants, where the answer goes."""

    kind = RadioField(_("What is it about?"), default=DATA, choices=options(KINDS), validators=[DataRequired(OF_THE_LIST)])
    words = TextAreaField(
        _("What did you see?"),
        filters=[several_lines],
        validators=[DataRequired(_("Write what you saw")), Length(max=4000, message=_("Write at most %(max)d characters"))],
    )
    email = EmailField(
        _("Your e-mail"),
        filters=[one_line],
        validators=[
            Optional(),
            Length(max=254, message=_("Enter an address of at most %(max)d characters")),
            Email(_("Enter an e-mail address like name@example.com")),
        ],
    )
    page = HiddenField(filters=[one_line], validators=[Length(max=200)])
    website = StringField(
        _("Website"), validators=[Length(max=0, message=_("Leave the field Website empty. It is there to catch programs that send advertising."))]
    )
