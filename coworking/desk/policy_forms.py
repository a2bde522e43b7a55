"""Forms of the privacy policy at the desk."""

from datetime import date
from typing import Any

from flask import g
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length, Optional

from coworking.core import i18n
from coworking.core.forms import AT_MOST, Day, WholeNumber, several_lines
from coworking.core.stale import CarefulForm
from coworking.privacy.policy.choices import Choices, kept_days, open_keys
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.entry import Keep

MOST_WORDS = 6000


def _name(key: str) -> str:
    return "days_" + key.replace(".", "_")


def _days_field(key: str) -> WholeNumber:
    retention = ENTRIES[key].retention
    assert isinstance(retention, Keep)  # noqa: S101 - open_keys gives no other
    return WholeNumber(ENTRIES[key].title, least=retention.least or 0, most=retention.most or 0)


class _DraftForm(CarefulForm):
    """What the operator may choose: the days of each open entry, and words of its own in each of its languages."""

    def choices(self) -> Choices:
        """What was typed."""
        days = {key: self[_name(key)].data for key in open_keys()}
        supplement = {code: self[f"supplement_{code}"].data or "" for code in i18n.CODES}
        return Choices(days, {code: text for code, text in supplement.items() if text})

    def times(self) -> list[tuple[Any, Keep]]:
        """Each field of days with what the register allows."""
        return [(self[_name(key)], retention) for key in open_keys() if isinstance(retention := ENTRIES[key].retention, Keep)]

    def words(self) -> list[Any]:
        """The fields of words, for the languages that the operator offers."""
        return [self[f"supplement_{code}"] for code in g.operator.locales]


DraftForm = type(
    "DraftForm",
    (_DraftForm,),
    {_name(key): _days_field(key) for key in open_keys()}
    | {
        f"supplement_{code}": TextAreaField(name, [Length(max=MOST_WORDS, message=AT_MOST)], filters=[several_lines]) for code, name in i18n.LANGUAGES
    },
)


def filled(choices: Choices) -> _DraftForm:
    """The form with what was chosen so far."""
    days = {_name(key): kept_days(key, choices.days.get(key)) for key in open_keys()}
    words = {f"supplement_{code}": choices.supplement.get(code, "") for code in i18n.CODES}
    form: _DraftForm = DraftForm(formdata=None, data=days | words)
    return form.marked()


class PublishForm(FlaskForm):
    """When the new version counts, and whether everybody is told although they need not be."""

    effective_on = Day(lazy_gettext("It counts from"), [Optional()])
    announce = BooleanField(lazy_gettext("Tell everybody by mail 30 days ahead, even if nothing is taken from them"))

    @property
    def day(self) -> date | None:
        """The day that was typed, if any."""
        found: date | None = self.effective_on.data
        return found
