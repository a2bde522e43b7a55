"""Forms of the operator's settings."""

from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, ValidationError

from coworking.core import i18n
from coworking.core.forms import AT_MOST, Choice, Choices, WholeNumber, one_line, options, several_lines, zones
from coworking.core.stale import CarefulForm

from . import host_names, identity

COUNTRIES = ("AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IS", "IT", "LU", "NL", "NO", "PT", "SE", "US")


def _country_choices() -> list[tuple[str, str]]:
    names = i18n.babel_locale().territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda choice: choice[1])


class IdentityForm(CarefulForm):
    """Who the business is, as the law wants it printed."""

    name = StringField(
        lazy_gettext("Name that people know"),
        [DataRequired(lazy_gettext("Enter the name that people know")), Length(max=80, message=AT_MOST)],
        filters=[one_line],
    )
    legal_name = StringField(
        lazy_gettext("Registered name"),
        [DataRequired(lazy_gettext("Enter the registered name")), Length(max=120, message=AT_MOST)],
        filters=[one_line],
    )
    country = Choice(lazy_gettext("Country"))
    org_number = StringField(lazy_gettext("Organisation number"), [Length(max=40, message=AT_MOST)], filters=[one_line])
    vat_number = StringField(lazy_gettext("VAT number"), [Length(max=40, message=AT_MOST)], filters=[one_line])
    street = StringField(
        lazy_gettext("Street and number"),
        [DataRequired(lazy_gettext("Enter the street and number")), Length(max=160, message=AT_MOST)],
        filters=[one_line],
    )
    postcode = StringField(
        lazy_gettext("Postcode"), [DataRequired(lazy_gettext("Enter the postcode")), Length(max=20, message=AT_MOST)], filters=[one_line]
    )
    city = StringField(lazy_gettext("City"), [DataRequired(lazy_gettext("Enter the city")), Length(max=80, message=AT_MOST)], filters=[one_line])
    email = EmailField(
        lazy_gettext("E-mail for enquiries"),
        [DataRequired(lazy_gettext("Enter the e-mail address for enquiries")), Length(max=254, message=AT_MOST), Email(lazy_gettext("Enter an e-mail address like name@example.com"))],
        filters=[one_line],
    )  # fmt: skip
    phone = TelField(lazy_gettext("Phone"), [Length(max=40, message=AT_MOST)], filters=[one_line])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = options(_country_choices())

    def validate_org_number(self, field: StringField) -> None:
        """Digits must agree with the country's check; empty is for those who are not registered yet."""
        if field.data and not identity.is_organisation_number(field.data, self.country.data or ""):
            raise ValidationError(gettext("Check the organisation number: its digits don't fit together"))

    def validate_vat_number(self, field: StringField) -> None:
        """By form and check digits only: whether it is in use, only the register knows."""
        if field.data and not identity.is_vat_number(field.data, self.country.data or ""):
            raise ValidationError(gettext("Check the VAT number: it doesn't have the form of this country's numbers"))


class BrandForm(CarefulForm):
    """The colour and the words on the front page."""

    hue = WholeNumber(lazy_gettext("Hue, 0 to 359"), least=0, most=359)
    chroma = WholeNumber(lazy_gettext("Strength of the colour, 0 to 170"), least=0, most=170)
    logo = FileField(lazy_gettext("Logo"), description=lazy_gettext("PNG, JPEG or WebP, at most 10 MB. It is shown 26 pixels high."))
    tagline_en = StringField(lazy_gettext("One sentence under the name"), filters=[one_line], validators=[Length(max=160, message=AT_MOST)])
    tagline_fr = StringField(lazy_gettext("One sentence under the name"), filters=[one_line], validators=[Length(max=160, message=AT_MOST)])
    tagline_nb = StringField(lazy_gettext("One sentence under the name"), filters=[one_line], validators=[Length(max=160, message=AT_MOST)])
    about_en = TextAreaField(lazy_gettext("About the house"), filters=[several_lines], validators=[Length(max=2000, message=AT_MOST)])
    about_fr = TextAreaField(lazy_gettext("About the house"), filters=[several_lines], validators=[Length(max=2000, message=AT_MOST)])
    about_nb = TextAreaField(lazy_gettext("About the house"), filters=[several_lines], validators=[Length(max=2000, message=AT_MOST)])

    def words(self, field: str) -> dict[str, str]:
        """What was typed for ``field``, by language, for the languages that the operator offers."""
        typed = {code: self[f"{field}_{code}"].data or "" for code in g.operator.locales}
        return {code: text for code, text in typed.items() if text}


class LanguagesForm(CarefulForm):
    """Languages and zone."""

    locales = Choices(
        lazy_gettext("Languages that you offer"),
        choices=options(i18n.LANGUAGES),
        validators=[DataRequired(lazy_gettext("Choose at least one language"))],
    )
    default_locale = Choice(lazy_gettext("First language"), choices=options(i18n.LANGUAGES))
    zone = Choice(lazy_gettext("Time zone"), choices=zones())

    def validate_default_locale(self, field: SelectField) -> None:
        """The first language is one of those offered."""
        if field.data not in (self.locales.data or []):
            raise ValidationError(gettext("Choose one of the languages that you offer"))


class HostForm(FlaskForm):
    """A host name of the operator's own."""

    host = StringField(lazy_gettext("Name of your own, like book.example.com"), [Length(max=253, message=AT_MOST)], filters=[one_line])

    def validate_host(self, field: StringField) -> None:
        """A whole host name and nothing else; kept the way that browsers send it."""
        try:
            field.data = host_names.read(field.data or "")
        except host_names.NotAHostName:
            raise ValidationError(gettext("Enter a host name like book.example.com, without https:// and without a path")) from None
