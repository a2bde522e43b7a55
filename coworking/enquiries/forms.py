"""The contact form."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length

from coworking.core.forms import one_line, several_lines

NAME = 120
ADDRESS = 254
MESSAGE = 4000


class EnquiryForm(FlaskForm):
    """Who writes, where the answer goes, and what they want to know."""

    name = StringField(
        _("Your name"),
        filters=[one_line],
        validators=[DataRequired(_("Enter your name")), Length(max=NAME, message=_("Enter a name of at most %(max)d characters"))],
    )
    email = EmailField(
        _("E-mail"),
        filters=[one_line],
        validators=[
            DataRequired(_("Enter the e-mail address that we can answer")),
            Length(max=ADDRESS, message=_("Enter an address of at most %(max)d characters")),
            Email(_("Enter an e-mail address like name@example.com")),
        ],
    )
    message = TextAreaField(
        _("Message"),
        filters=[several_lines],
        validators=[DataRequired(_("Write your message")), Length(max=MESSAGE, message=_("Write at most %(max)d characters"))],
    )
    website = StringField(
        _("Website"), validators=[Length(max=0, message=_("Leave the field Website empty. It is there to catch programs that send advertising."))]
    )
