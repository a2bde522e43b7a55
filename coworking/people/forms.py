"""Forms of joining, signing in, profile and security. Each lists its fields: nothing else of a post is ever read."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, StopValidation, ValidationError

from coworking.core.forms import one_line, several_lines, zones
from coworking.core.i18n import LANGUAGES

from . import passwords
from .addresses import LONGEST, normal_address
from .next_url import safe_next
from .passwords import Weakness

WEAK = {
    Weakness.TOO_SHORT: _l("Use at least %(number)s characters", number=passwords.SHORTEST),
    Weakness.TOO_LONG: _l("Use at most %(number)s characters", number=passwords.LONGEST),
    Weakness.COMMON: _l("Many people use this password, so it is quick to guess. Choose another."),
    Weakness.PERSONAL: _l("This password is close to your name, your address or ours. Choose another."),
}
NO_MAIL = _l("Enter an e-mail address that can receive mail, such as name@example.com")
TOO_LONG = _l("Shorten this to %(max)d characters at most")


def readable(_form: FlaskForm, field: Field) -> None:
    """Refuse characters that no keyboard writes and no database keeps, as they were sent."""
    sent = "".join(part for part in field.raw_data or () if isinstance(part, str))
    if any(char not in "\r\n\t" and unicodedata.category(char) in {"Cc", "Cs"} for char in sent):
        raise StopValidation(_l("Some characters here can't be kept. Type the text anew."))


def address(_form: FlaskForm, field: Field) -> None:
    """Refuse what mail can't be sent to, and write the rest one way."""
    normal = normal_address(field.data or "")
    if normal is None:
        raise StopValidation(NO_MAIL)
    field.data = normal


class StrongPassword:
    """Refuses weak passwords; reads the other fields named, because they tell what others know of the person."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Raise with the one reason that matters most."""
        about = [form[name].data or "" for name in self.fields] + list(getattr(form, "about_person", ())) + [g.operator.name, g.operator.slug]
        weakness = passwords.weakness(field.data or "", about)
        if weakness is not None:
            raise ValidationError(WEAK[weakness])


def typed(field: Field) -> str:
    """What a text field holds."""
    return field.data or ""


def required(message: Any) -> list[Any]:
    """Not empty, and readable."""
    return [DataRequired(message), readable]


class NextForm(FlaskForm):
    """A form that remembers where to go on to."""

    next = HiddenField(filters=[safe_next])


class JoinForm(NextForm):
    """Open an account."""

    name = StringField(_l("Name"), [*required(_l("Enter your name")), Length(max=120, message=TOO_LONG)], filters=[one_line])
    email = StringField(_l("E-mail"), [*required(NO_MAIL), Length(max=LONGEST, message=TOO_LONG), address])
    password = PasswordField(_l("Password"), [DataRequired(_l("Choose a password")), StrongPassword("name", "email")])
    adult = BooleanField(_l("I am 18 or older"), [DataRequired(_l("Tick this if you are 18 or older. If you are younger, ask the front desk."))])
    """A declaration: no date of birth is asked for, and nothing of the answer is kept."""


class SignInForm(NextForm):
    """Sign in by password."""

    email = StringField(_l("E-mail"), [DataRequired(_l("Enter your e-mail address"))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password")), Length(max=1000, message=TOO_LONG)])
    keep = BooleanField(_l("Keep me signed in for 30 days"))


class AddressForm(NextForm):
    """Ask for a mailed link."""

    email = StringField(_l("E-mail"), [*required(_l("Enter your e-mail address")), Length(max=LONGEST, message=TOO_LONG), address])


class KeepForm(NextForm):
    """Use a mailed sign-in link."""

    keep = BooleanField(_l("Keep me signed in for 30 days"))


class ConfirmForm(NextForm):
    """Confirm an address; another browser than the one that joined gives the password too."""

    password = PasswordField(_l("Password"), [Length(max=1000, message=TOO_LONG)])


class EmptyForm(FlaskForm):
    """A button: nothing but the token."""


class NewPasswordForm(FlaskForm):
    """Choose a password after a reset."""

    about_person: Iterable[str] = ()
    password = PasswordField(_l("New password"), [DataRequired(_l("Choose a password")), StrongPassword()])


class ChangePasswordForm(NewPasswordForm):
    """Choose another password, proving the one in use."""

    current = PasswordField(_l("Password you use now"), [Length(max=1000, message=TOO_LONG)])


class ChangeEmailForm(FlaskForm):
    """Ask for another e-mail address."""

    email = StringField(_l("New e-mail address"), [*required(NO_MAIL), Length(max=LONGEST, message=TOO_LONG), address])
    email_password = PasswordField(_l("Password you use now"), [Length(max=1000, message=TOO_LONG)])


class ProfileForm(FlaskForm):
    """What a person tells about themselves. Only the name is needed."""

    name = StringField(_l("Name"), [*required(_l("Enter your name")), Length(max=120, message=TOO_LONG)], filters=[one_line])
    phone = StringField(_l("Phone"), [Optional(), readable, Length(max=40, message=TOO_LONG)], filters=[one_line])
    company = StringField(_l("Company"), [readable, Length(max=120, message=TOO_LONG)], filters=[one_line])
    buys_as_company = BooleanField(_l("I book for the company"))
    job_title = StringField(_l("Job title"), [readable, Length(max=120, message=TOO_LONG)], filters=[one_line])
    about = TextAreaField(_l("About you"), [readable, Length(max=2000, message=TOO_LONG)], filters=[several_lines])
    locale = SelectField(_l("Language"), validate_choice=False)
    zone = SelectField(_l("Time zone"), validate_choice=False)
    photo = FileField(_l("Photo"))
    remove_photo = BooleanField(_l("Remove the photo"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = [("", _l("As the browser says")), *((code, name) for code, name in LANGUAGES if code in g.operator.locales)]
        self.zone.choices = [("", _l("As the house: %(zone)s", zone=g.operator.zone)), *((zone, zone.replace("_", " ")) for zone in zones())]

    def validate_company(self, field: Field) -> None:
        """Whoever books for a company says for which."""
        if self.buys_as_company.data and not field.data:
            raise ValidationError(_l("Enter the company's name, or untick booking for the company"))

    def validate_phone(self, field: Field) -> None:
        """A number that can be dialled: digits and what people write between them."""
        digits = sum(char.isdigit() for char in field.data or "")
        if field.data and (not 5 <= digits <= 15 or any(char not in "+0123456789 ()-./" for char in field.data)):
            raise ValidationError(_l("Enter the number with digits, such as +47 55 12 34 56"))

    def validate_locale(self, field: SelectField) -> None:
        """One of the languages offered."""
        _one_of(field)

    def validate_zone(self, field: SelectField) -> None:
        """One of the zones offered."""
        _one_of(field)


def _one_of(field: SelectField) -> None:
    if field.data is not None and field.data not in [choice[0] for choice in field.choices or ()]:
        raise ValidationError(_l("Choose one from the list"))
