"""The form of an add-on: what is loaded, from whom, where they are, what for."""

from collections.abc import Iterator
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from coworking.core import i18n
from coworking.core.forms import AT_MOST, Choice, WholeNumber, one_line, options
from coworking.core.texts import Texts
from coworking.privacy import add_ons
from coworking.privacy.models import AddOn
from coworking.privacy.register.recipients import EEA, Transfer

_l = lazy_gettext
ELSEWHERE = ("AU", "BR", "CA", "CH", "CN", "GB", "IL", "IN", "JP", "KR", "NZ", "SG", "TR", "UA", "US", "ZA")
KINDS = {add_ons.FRAME: _l("A page of theirs in a frame, such as a map"), add_ons.SCRIPT: _l("A script of theirs")}
TRANSFERS = {
    Transfer.NONE_NEEDED: _l("None is needed: they are in the European Economic Area"),
    Transfer.ADEQUACY: _l("A decision of the European Commission on that country (GDPR Art. 45)"),
    Transfer.CLAUSES: _l("Standard contractual clauses (GDPR Art. 46)"),
}
A_MUST = _l("Say what it is for, in the first language at least")
ADDRESS = _l("Enter an address that begins with https:// and names a host, such as https://www.example.org/map")


def _text(label: Any, most: int, message: Any) -> StringField:
    return StringField(label, [DataRequired(message), Length(max=most, message=AT_MOST)], filters=[one_line])


class AddOnForm(FlaskForm):
    """Everything that a reader is told before it loads."""

    name = _text(_l("What it is, such as Map"), 80, _l("Say what it is"))
    kind = Choice(_l("How it is put on the page"), choices=options(KINDS.items()))
    source = _text(_l("Address that is loaded"), 300, ADDRESS)
    provider = _text(_l("Company that it comes from"), 120, _l("Say whom it comes from"))
    country = Choice(_l("Country of that company"))
    transfer = Choice(_l("What makes it lawful to send data there"), choices=options((tool.value, words) for tool, words in TRANSFERS.items()))
    policy_url = _text(_l("Address of their privacy policy"), 300, ADDRESS)
    days = WholeNumber(_l("Days that they keep something in the browser, at most"), least=0, most=395)
    purpose_en = StringField(_l("What it is for, English"), [Length(max=300, message=AT_MOST)], filters=[one_line])
    purpose_fr = StringField(_l("What it is for, French"), [Length(max=300, message=AT_MOST)], filters=[one_line])
    purpose_nb = StringField(_l("What it is for, Norwegian"), [Length(max=300, message=AT_MOST)], filters=[one_line])
    enabled = BooleanField(_l("Show it on the page Visit us"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = i18n.babel_locale().territories
        self.country.choices = options(sorted(((code, names[code]) for code in {*EEA, *ELSEWHERE}), key=lambda pair: pair[1]))

    def validate(self, extra_validators: object = None) -> bool:
        """As each field says, and a purpose in the operator's first language."""
        fine = bool(super().validate(extra_validators))
        first = next(self.purposes())
        if not first.data and not first.errors:
            first.errors = [str(A_MUST)]
            return False
        return fine

    def validate_source(self, field: Field) -> None:
        """Refuse what is not plain https to one host."""
        if add_ons.host_in(field.data or "") is None:
            raise ValidationError(ADDRESS)

    def validate_policy_url(self, field: Field) -> None:
        """The same."""
        self.validate_source(field)

    def validate_transfer(self, field: Field) -> None:
        """Outside the EEA something must make it lawful."""
        if self.country.data and field.data and not add_ons.is_lawful(self.country.data, field.data):
            raise ValidationError(gettext("That country is outside the European Economic Area: choose what makes it lawful"))

    def purposes(self) -> Iterator[Field]:
        """What it is for, in each language that the operator offers, its first one first."""
        first = g.operator.default_locale
        return (self[f"purpose_{code}"] for code in (first, *(code for code in g.operator.locales if code != first)))

    def values(self) -> dict[str, object]:
        """What was typed, by the names of the row."""
        names = ("name", "kind", "source", "provider", "country", "transfer", "policy_url", "days", "enabled")
        purpose = Texts({code: text for code in g.operator.locales if (text := self[f"purpose_{code}"].data)})
        return {name: self[name].data for name in names} | {"purpose": purpose}

    @classmethod
    def of(cls, add_on: AddOn) -> "AddOnForm":
        """The form filled with an add-on."""
        return cls(formdata=None, obj=add_on, data={f"purpose_{code}": add_on.purpose.get(code, "") for code in g.operator.locales})
