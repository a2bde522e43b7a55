"""Forms of billing: who is billed."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, EmailField, StringField
from wtforms.validators import DataRequired, Email, Length, ValidationError

from coworking.core import i18n
from coworking.core.forms import AT_MOST, Choice, one_line, options
from coworking.core.stale import CarefulForm
from coworking.tax.treating import EU
from coworking.tax.vat_numbers import compact

COUNTRIES = sorted(EU | {"NO", "GB", "IS", "CH", "LI", "US", "CA", "AU"})


def _countries() -> list[tuple[str, str]]:
    names = i18n.babel_locale().territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda choice: choice[1])


class DetailsForm(CarefulForm):
    """Whose name, address and numbers invoices carry."""

    name = StringField(
        lazy_gettext("Name on invoices"),
        [DataRequired(lazy_gettext("Enter the name that invoices are made out to")), Length(max=120, message=AT_MOST)],
        filters=[one_line],
    )
    email = EmailField(
        lazy_gettext("E-mail for invoices"),
        [DataRequired(lazy_gettext("Enter the address that invoices go to")), Length(max=254, message=AT_MOST), Email(lazy_gettext("Enter an e-mail address like name@example.com"))],
        filters=[one_line],
    )  # fmt: skip
    street = StringField(lazy_gettext("Street and number"), [Length(max=160, message=AT_MOST)], filters=[one_line])
    postcode = StringField(lazy_gettext("Postcode"), [Length(max=20, message=AT_MOST)], filters=[one_line])
    city = StringField(lazy_gettext("City"), [Length(max=80, message=AT_MOST)], filters=[one_line])
    country = Choice(lazy_gettext("Country"))
    is_business = BooleanField(lazy_gettext("This is a business"))
    org_number = StringField(lazy_gettext("Organisation number"), [Length(max=40, message=AT_MOST)], filters=[one_line])
    vat_number = StringField(lazy_gettext("VAT number"), [Length(max=40, message=AT_MOST)], filters=[one_line])
    order_reference = StringField(
        lazy_gettext("Your reference"),
        [Length(max=60, message=AT_MOST)],
        filters=[one_line],
        description=lazy_gettext("Printed on every invoice: an order number, or who ordered"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = options(_countries())

    def validate_vat_number(self, field: StringField) -> None:
        """By form and check digits; whether it is in use, the register is asked later."""
        if field.data and not compact(field.data, self.country.data or ""):
            raise ValidationError(gettext("Check the VAT number: it doesn't have the form of this country's numbers"))
