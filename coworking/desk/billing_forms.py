"""Forms of the desk's money pages."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from stdnum import bic, iban
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from coworking.core.forms import AT_MOST, Amount, Choice, Day, WholeNumber, one_line, options, several_lines
from coworking.core.stale import CarefulForm
from coworking.tax.rates import VatClass

MOST = 10_000_000
RATED = ("EUR", "NOK", "GBP", "USD", "SEK", "DKK", "CHF", "PLN")
_RATE = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,6}))?", re.ASCII)
VAT_CLASSES = (
    (VatClass.SPACE.value, lazy_gettext("Use of a space")),
    (VatClass.SERVICE.value, lazy_gettext("A service, such as mail handling")),
    (VatClass.EXEMPT.value, lazy_gettext("Exempt from VAT")),
    (VatClass.OUTSIDE.value, lazy_gettext("Not subject to VAT, such as a penalty")),
)


class ChargeForm(FlaskForm):
    """A charge that the desk writes by hand."""

    text = StringField(
        lazy_gettext("What it is for"), [DataRequired(lazy_gettext("Enter what it is for")), Length(max=200, message=AT_MOST)], filters=[one_line]
    )
    amount = Amount(lazy_gettext("Amount"), most=MOST, message=lazy_gettext("Enter an amount above 0, like 350 or 349.50"))
    tax_included = BooleanField(lazy_gettext("VAT is in the amount"))
    vat_class = Choice(lazy_gettext("Kind of supply"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vat_class.choices = options(VAT_CLASSES)

    def validate_amount(self, field: Amount) -> None:
        """More than nothing: what is given back goes by a credit note."""
        if field.data is not None and field.data <= Decimal(0):
            raise ValidationError(gettext("Enter an amount above 0, like 350 or 349.50"))


class NoteForm(FlaskForm):
    """What a draft prints below its lines."""

    note = TextAreaField(lazy_gettext("Note on the invoice"), [Length(max=500, message=AT_MOST)], filters=[several_lines])


class RunForm(FlaskForm):
    """Until when a bill run takes what is due."""

    until = Day(lazy_gettext("Bill everything due by"), [DataRequired(lazy_gettext("Enter a date like 2026-11-30"))])


class PeriodForm(FlaskForm):
    """A period of the books."""

    class Meta:
        """Read from the address: nothing changes by it."""

        csrf = False

    first = Day(lazy_gettext("From"), [DataRequired(lazy_gettext("Enter a date like 2026-11-30"))])
    last = Day(lazy_gettext("To"), [DataRequired(lazy_gettext("Enter a date like 2026-11-30"))])

    def validate_last(self, field: Day) -> None:
        """A period ends after it starts, and is two years at most."""
        if self.first.data and field.data and not 0 <= (field.data - self.first.data).days <= 731:
            raise ValidationError(gettext("The last day comes after the first, at most two years later"))


class RateForm(FlaskForm):
    """What one unit of another currency is worth on a day."""

    currency = Choice(lazy_gettext("Currency"))
    day = Day(lazy_gettext("Day"))
    rate = StringField(lazy_gettext("What one unit is worth"), filters=[one_line], description=lazy_gettext("With up to six decimals, like 11.7450"))

    def __init__(self, home: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = [(code, code) for code in RATED if code != home]

    def validate_rate(self, field: StringField) -> None:
        """A number above nothing."""
        if self.number is None:
            raise ValidationError(gettext("Enter a number above 0, like 11.7450"))

    @property
    def number(self) -> Decimal | None:
        """The rate, or None where it is none."""
        found = _RATE.fullmatch((self.rate.data or "").replace(" ", ""))
        number = Decimal(f"{found[1]}.{found[2] or 0}") if found else Decimal(0)
        return number if number else None


class BillingForm(CarefulForm):
    """How the operator bills."""

    payment_days = WholeNumber(lazy_gettext("Days to pay"), least=0, most=60)
    iban = StringField(lazy_gettext("IBAN"), [Length(max=42, message=AT_MOST)], filters=[one_line])
    bic = StringField(lazy_gettext("BIC"), [Length(max=11, message=AT_MOST)], filters=[one_line])
    bank_account = StringField(lazy_gettext("Account number, as printed"), [Length(max=40, message=AT_MOST)], filters=[one_line])
    register_line = StringField(
        lazy_gettext("Registration line"),
        [Length(max=160, message=AT_MOST)],
        filters=[one_line],
        description=lazy_gettext("Such as Foretaksregisteret, or legal form, share capital and RCS"),
    )
    late_interest = TextAreaField(lazy_gettext("What papers say of paying late"), [Length(max=240, message=AT_MOST)], filters=[one_line])
    mediator = TextAreaField(
        lazy_gettext("Consumer mediator"),
        [Length(max=240, message=AT_MOST)],
        filters=[one_line],
        description=lazy_gettext("Name and site. France asks for it on papers to consumers"),
    )
    grace_days = WholeNumber(lazy_gettext("Days after the due day before a hold"), least=0, most=60)
    end_days = WholeNumber(lazy_gettext("Days after the due day before subscriptions end"), least=7, most=365)
    retry_days = StringField(
        lazy_gettext("Days after a failure on which a card is tried again"), filters=[one_line], description=lazy_gettext("Such as 1, 3, 5")
    )
    check_vies = BooleanField(lazy_gettext("Ask the EU’s register (VIES) about VAT numbers"))

    def validate_iban(self, field: StringField) -> None:
        """By its check digits."""
        if field.data and not iban.is_valid(field.data):
            raise ValidationError(gettext("Check the IBAN: its digits don't fit together"))

    def validate_bic(self, field: StringField) -> None:
        """By its form."""
        if field.data and not bic.is_valid(field.data):
            raise ValidationError(gettext("Enter a BIC of 8 or 11 characters"))

    def validate_end_days(self, field: WholeNumber) -> None:
        """The end comes after the hold."""
        if field.data is not None and self.grace_days.data is not None and field.data <= self.grace_days.data:
            raise ValidationError(gettext("Subscriptions end later than the hold begins"))

    def validate_retry_days(self, field: StringField) -> None:
        """Rising whole numbers."""
        days = read_days(field.data or "")
        if days is None:
            raise ValidationError(gettext("Enter up to five rising numbers of days, such as 1, 3, 5"))


def read_days(text: str) -> list[int] | None:
    """``1, 3, 5`` as numbers; None where it isn't up to five rising ones, each from 1 to 60."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 5 or not all(part.isascii() and part.isdigit() and len(part) < 3 for part in parts):
        return None
    days = [int(part) for part in parts]
    rising = all(first < second for first, second in pairwise(days))
    return days if rising and all(1 <= day <= 60 for day in days) else None
