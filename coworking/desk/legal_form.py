"""The form of what the imprint says beyond name, number and address."""

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length

from coworking.core.forms import AT_MOST, one_line
from coworking.core.stale import CarefulForm


class LegalForm(CarefulForm):
    """None of it is a must in every country: what is missing in the operator's is said beside the form."""

    legal_form = StringField(lazy_gettext("Legal form"), [Length(max=80, message=AT_MOST)], filters=[one_line])
    capital = StringField(lazy_gettext("Share capital"), [Length(max=40, message=AT_MOST)], filters=[one_line])
    register = StringField(lazy_gettext("Register and its place"), [Length(max=80, message=AT_MOST)], filters=[one_line])
    publisher = StringField(lazy_gettext("Director of publication"), [Length(max=120, message=AT_MOST)], filters=[one_line])
    mediator = StringField(lazy_gettext("Consumer mediator"), [Length(max=200, message=AT_MOST)], filters=[one_line])
