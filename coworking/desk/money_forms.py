"""Forms of the desk about money."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from coworking.core.forms import AT_MOST, Amount, Choice, Day, one_line, options

MOST = 100_000_000
AMOUNT = lazy_gettext("Enter an amount like 350 or 350.50")
WAYS = (("transfer", lazy_gettext("Bank transfer")), ("cash", lazy_gettext("Cash")), ("other", lazy_gettext("Another way")))


class RecordForm(FlaskForm):
    """Money that came without a provider."""

    paid_for = StringField(
        lazy_gettext("Invoice or customer number"),
        [DataRequired(lazy_gettext("Enter the number of an invoice or a customer")), Length(max=60, message=AT_MOST)],
        filters=[one_line],
    )
    amount = Amount(lazy_gettext("Amount"), most=MOST, message=AMOUNT)
    how = Choice(lazy_gettext("How it came"))
    day = Day(lazy_gettext("Day it came"))
    note = StringField(lazy_gettext("Note"), [Length(max=240, message=AT_MOST)], filters=[one_line])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = options(WAYS)


class RefundForm(FlaskForm):
    """Money to give back."""

    amount = Amount(lazy_gettext("Amount to give back"), most=MOST, message=AMOUNT)
    reason = StringField(
        lazy_gettext("Reason"), [DataRequired(lazy_gettext("Say why, for the books")), Length(max=240, message=AT_MOST)], filters=[one_line]
    )


class DepositForm(FlaskForm):
    """What of a deposit is kept."""

    keep = Amount(lazy_gettext("Amount to keep"), most=MOST, message=AMOUNT, optional=True)
    reason = StringField(lazy_gettext("Reason to keep it"), [Length(max=240, message=AT_MOST)], filters=[one_line])


class BankFileForm(FlaskForm):
    """A file from the bank."""

    file = FileField(lazy_gettext("File from your bank"))


class KeyForm(FlaskForm):
    """The operator's own key. It goes in and never comes out again."""

    secret_key = PasswordField(
        lazy_gettext("Secret key"),
        [DataRequired(lazy_gettext("Enter the secret key")), Length(max=250, message=AT_MOST)],
        filters=[one_line],
    )


class WebhookForm(FlaskForm):
    """What signs the provider's messages, where a person had to set them up."""

    secret = PasswordField(
        lazy_gettext("Signing secret"),
        [DataRequired(lazy_gettext("Enter the signing secret")), Length(max=250, message=AT_MOST)],
        filters=[one_line],
    )


class NoteForm(FlaskForm):
    """A few words for the books."""

    note = TextAreaField(
        lazy_gettext("What it was"), [DataRequired(lazy_gettext("Say what it was")), Length(max=240, message=AT_MOST)], filters=[one_line]
    )
