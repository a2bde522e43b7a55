"""Forms of ordering, pausing and leaving. Each lists its fields: nothing else of a post is ever read."""

from typing import Any

from babel import Locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from coworking.core import i18n
from coworking.core.forms import AT_MOST, Choice, Day, WholeNumber, one_line, options, several_lines
from coworking.people.forms import JoinForm as AccountForm
from coworking.people.forms import address, readable
from coworking.tax import vat_numbers
from coworking.tax.treating import EU

from ..subscribing import MOST_SEATS

PRIVATE, COMPANY = "private", "company"
CARD, INVOICE = "card", "invoice"
COUNTRIES = sorted({*EU, "NO", "GB", "CH", "IS", "LI", "US", "CA"})


def countries() -> list[tuple[str, str]]:
    """Countries that a bill can go to, by their names in the language in force."""
    names = Locale.parse({"en": "en_GB", "fr": "fr_FR", "nb": "nb_NO"}[i18n.language()]).territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda pair: pair[1])


class Billing(FlaskForm):
    """Who pays, as the invoice will name them."""

    buyer = RadioField(_l("Who buys"), choices=options([(PRIVATE, _l("I, as a private person")), (COMPANY, _l("A company"))]), default=PRIVATE)
    company = StringField(_l("Company"), [readable, Length(max=120, message=AT_MOST)], filters=[one_line])
    org_number = StringField(_l("Company number"), [readable, Length(max=40, message=AT_MOST)], filters=[one_line])
    vat_number = StringField(_l("VAT number"), [readable, Length(max=40, message=AT_MOST)], filters=[one_line])
    street = StringField(_l("Street and number"), [readable, Length(max=160, message=AT_MOST)], filters=[one_line])
    postcode = StringField(_l("Postcode"), [readable, Length(max=20, message=AT_MOST)], filters=[one_line])
    city = StringField(_l("Town"), [readable, Length(max=80, message=AT_MOST)], filters=[one_line])
    country = Choice(_l("Country"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = options(countries())

    @property
    def for_company(self) -> bool:
        """Whether a business buys."""
        return self.buyer.data == COMPANY

    def validate_company(self, field: Field) -> None:
        """Whoever buys for a company says for which."""
        if self.for_company and not field.data:
            raise ValidationError(_l("Enter the company's name"))

    def validate_street(self, field: Field) -> None:
        """Invoices to businesses carry their address (directive 2006/112/EC, article 226)."""
        if self.for_company and not field.data:
            raise ValidationError(_l("Enter the street: a company's invoice needs it"))

    def validate_vat_number(self, field: Field) -> None:
        """A number of the right form, written one way."""
        if self.for_company and field.data and self.country.data:
            normal = vat_numbers.compact(field.data, self.country.data)
            if not normal:
                raise ValidationError(_l("This is no VAT number of that country. Check each digit."))
            field.data = normal


class OrderForm(Billing):
    """Order a plan or a pass."""

    starts_on = Day(_l("First day"))
    seats = WholeNumber(_l("How many people"), least=1, most=MOST_SEATS, optional=True)
    code = StringField(_l("Promotion code"), [Optional(), readable, Length(max=60, message=AT_MOST)], filters=[one_line])
    begin_at_once = BooleanField(_l("Begin within the 14 days in which I can withdraw. If I withdraw, I pay for the days until then."))
    pays = RadioField(_l("How to pay"), choices=options([(CARD, _l("By card, now")), (INVOICE, _l("By invoice"))]), default=CARD)


class VisitorOrderForm(OrderForm, AccountForm):
    """The same for somebody without an account: the account is opened on the way."""


class PauseForm(FlaskForm):
    """Pause a plan."""

    starts_on = Day(_l("First day of the pause"))
    ends_on = Day(_l("First day on which it goes on"))


class LeaveForm(FlaskForm):
    """End a contract without signing in (code de la consommation, D215-1: name, contract, and where to confirm)."""

    name = StringField(
        _l("First and last name"), [DataRequired(_l("Enter your name")), readable, Length(max=120, message=AT_MOST)], filters=[one_line]
    )
    email = StringField(
        _l("E-mail address of your account"), [DataRequired(_l("Enter your e-mail address")), readable, Length(max=254, message=AT_MOST), address]
    )
    contract = StringField(_l("Contract or plan"), [Optional(), readable, Length(max=120, message=AT_MOST)], filters=[one_line])


class NoteForm(FlaskForm):
    """A note in the history of a subscription."""

    text = TextAreaField(_l("Note"), [DataRequired(_l("Write something")), readable, Length(max=1000, message=AT_MOST)], filters=[several_lines])
