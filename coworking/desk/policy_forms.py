"""Forms of the privacy policy at the desk."""

from datetime import date, timedelta
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from coworking.core import clock, i18n
from coworking.core.forms import AT_MOST, Day, WholeNumber, several_lines
from coworking.core.stale import CarefulForm
from coworking.privacy.policy import rendering
from coworking.privacy.policy.choices import Choices, bounds, families, kept_days
from coworking.privacy.register.entry import Keep

MOST_WORDS = 6000
MOST_AHEAD = timedelta(days=366)


def _days_field(family: str) -> WholeNumber:
    allowed = bounds(family)
    return WholeNumber(rendering.group_title(family), least=allowed.least or 0, most=allowed.most or 0)


class _DraftForm(CarefulForm):
    """What the operator may choose: the days of each family of entries, and words of its own in each of its languages."""

    def choices(self) -> Choices:
        """What was typed."""
        days = {key: self[f"days_{family}"].data for family, keys in families().items() for key in keys}
        supplement = {code: self[f"supplement_{code}"].data or "" for code in i18n.CODES}
        return Choices(days, {code: text for code, text in supplement.items() if text})

    def times(self) -> list[tuple[Any, Keep]]:
        """Each field of days, with what the register allows."""
        return [(self[f"days_{family}"], bounds(family)) for family in families()]

    def words(self) -> list[Any]:
        """The fields of words, for the languages that the operator offers."""
        return [self[f"supplement_{code}"] for code in g.operator.locales]


DraftForm = type(
    "DraftForm",
    (_DraftForm,),
    {f"days_{family}": _days_field(family) for family in families()}
    | {
        f"supplement_{code}": TextAreaField(name, [Length(max=MOST_WORDS, message=AT_MOST)], filters=[several_lines]) for code, name in i18n.LANGUAGES
    },
)


def filled(choices: Choices) -> _DraftForm:
    """The form with what was chosen so far."""
    days = {f"days_{family}": kept_days(keys[0], choices.days.get(keys[0])) for family, keys in families().items()}
    words = {f"supplement_{code}": choices.supplement.get(code, "") for code in i18n.CODES}
    form: _DraftForm = DraftForm(formdata=None, data=days | words)
    return form.marked()


class PublishForm(FlaskForm):
    """When the new version counts, and whether everybody is told although they need not be."""

    effective_on = Day(lazy_gettext("It counts from"), [Optional()])
    announce = BooleanField(lazy_gettext("Tell everybody by mail 30 days ahead, even if nothing is taken from them"))

    def validate_effective_on(self, field: Day) -> None:
        """Within a year: what is further away is a slip of the pen."""
        if field.data is not None and field.data > clock.today(g.operator.zone) + MOST_AHEAD:
            raise ValidationError(gettext("Choose a day within a year"))

    @property
    def day(self) -> date | None:
        """The day that was typed, if any."""
        found: date | None = self.effective_on.data
        return found
