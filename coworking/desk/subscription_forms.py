"""Forms of the desk about subscriptions."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Optional

from coworking.core.forms import AT_MOST, Amount, Choice, Day, WholeNumber, one_line, options
from coworking.memberships.models import Plan
from coworking.memberships.subscribing import MOST_SEATS
from coworking.memberships.words import plan_name
from coworking.people.forms import readable

MOST = 1_000_000
PRICE = _l("Enter an amount like 350 or 350.50")


class LaterDay(Day):
    """A date that may be left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing for nothing typed."""
        if valuelist and valuelist[0].strip():
            super().process_formdata(valuelist)


class SellForm(FlaskForm):
    """Start a subscription for somebody, or sell a pass."""

    plan = Choice(_l("Plan or pass"))
    holder = Choice(_l("For"))
    starts_on = Day(_l("First day"))
    seats = WholeNumber(_l("How many people"), least=1, most=MOST_SEATS, optional=True)
    code = StringField(_l("Promotion code"), [Optional(), readable, Length(max=60, message=AT_MOST)], filters=[one_line])

    def offer(self, plans: list[Plan], holders: list[tuple[str, str]]) -> None:
        """Name what can be chosen."""
        self.plan.choices = options((str(plan.id), plan_name(plan.current)) for plan in plans)
        self.holder.choices = options(holders)


class ChangeForm(FlaskForm):
    """Another plan or number of seats."""

    plan = Choice(_l("Plan"))
    seats = WholeNumber(_l("How many people"), least=1, most=MOST_SEATS)
    when = Choice(_l("When"), choices=options([("renewal", _l("At the next renewal")), ("now", _l("Today"))]))

    def offer(self, plans: list[Plan]) -> None:
        """Name what can be chosen."""
        self.plan.choices = options((str(plan.id), plan_name(plan.current)) for plan in plans)


class PauseForm(FlaskForm):
    """A pause, with or without an end."""

    starts_on = Day(_l("First day of the pause"))
    ends_on = LaterDay(_l("First day on which it goes on"))


class PriceForm(FlaskForm):
    """Another price for a while."""

    price = Amount(_l("Price of a period"), most=MOST, message=PRICE)
    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Say why: whoever looks at this later will ask")), readable, Length(max=240, message=AT_MOST)],
        filters=[one_line],
    )
    starts_on = Day(_l("From"))
    ends_on = LaterDay(_l("First day without it"))


class EndForm(FlaskForm):
    """End it on behalf of the operator."""

    ends_on = Day(_l("First day on which it is over"))
    reason = StringField(_l("Reason, for the mail"), [Optional(), readable, Length(max=240, message=AT_MOST)], filters=[one_line])


class NoteForm(FlaskForm):
    """A note for colleagues."""

    text = StringField(_l("Note"), [DataRequired(_l("Write something")), readable, Length(max=500, message=AT_MOST)], filters=[one_line])


class AnnounceForm(FlaskForm):
    """From when a new version counts."""

    effective_on = Day(_l("It counts from"))
