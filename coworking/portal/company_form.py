"""The form that makes a company."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from coworking.core.forms import AT_MOST, one_line


class CompanyForm(FlaskForm):
    """A company's name. Its address and numbers are part of the bill's details."""

    name = StringField(
        lazy_gettext("Name of the company"),
        [DataRequired(lazy_gettext("Enter the name of the company")), Length(max=120, message=AT_MOST)],
        filters=[one_line],
    )
