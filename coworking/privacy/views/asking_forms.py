"""Forms of the privacy centre: words to the operator, and words beside one's data."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from coworking.core.forms import OF_THE_LIST, one_line, options, several_lines
from coworking.people.forms import readable

from ..models.asking import RequestKind
from ..register import ENTRIES

LONGEST = 4000
ASKED = (
    (RequestKind.QUESTION.value, _("I have a question or a comment")),
    (RequestKind.CORRECT.value, _("Something is wrong or missing")),
    (RequestKind.COMPLAINT.value, _("I complain about how my data is handled")),
)


class RequestForm(FlaskForm):
    """What somebody asks in their own words. No reason is asked for, and no papers."""

    kind = RadioField(_("What is it about?"), default=RequestKind.QUESTION.value, choices=options(ASKED), validators=[DataRequired(OF_THE_LIST)])
    words = TextAreaField(
        _("Your words"),
        filters=[several_lines],
        validators=[
            DataRequired(_("Write what you want to know or to have done")),
            readable,
            Length(max=LONGEST, message=_("Write at most %(max)d characters")),
        ],
    )
    about = HiddenField(filters=[one_line])

    def about_title(self) -> str:
        """The entry of the register that it is about, in words; empty for none."""
        return str(ENTRIES[self.about.data].title) if self.about.data in ENTRIES else ""


class StatementForm(FlaskForm):
    """What a person wants said beside something that is kept of them."""

    words = TextAreaField(
        _("Your statement"),
        filters=[several_lines],
        validators=[
            DataRequired(_("Write what you want to have said")),
            readable,
            Length(max=LONGEST, message=_("Write at most %(max)d characters")),
        ],
    )
