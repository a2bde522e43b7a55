"""The forms of plans and of promotion codes, as the desk fills them in."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from coworking.core import clock
from coworking.core.forms import AT_MOST, Amount, Choice, Day, WholeNumber, one_line, options, several_lines
from coworking.core.money import Money, from_decimal
from coworking.core.texts import Texts
from coworking.spaces.forms import InLanguages
from coworking.spaces.models import Location
from coworking.tax.rates import VatClass

from . import ledger
from .models import Allowance, Plan, PlanKind, PlanVersion, Promotion

KINDS = (
    (PlanKind.PLAN.value, lazy_gettext("A membership that renews")),
    (PlanKind.ADD_ON.value, lazy_gettext("Something beside a membership that renews, such as a locker")),
    (PlanKind.PASS.value, lazy_gettext("Bought once: a day pass or a bundle")),
)
PERIODS = ((1, lazy_gettext("Each month")), (3, lazy_gettext("Every 3 months")), (6, lazy_gettext("Every 6 months")), (12, lazy_gettext("Each year")))
VAT = (
    (VatClass.SPACE.value, lazy_gettext("Use of a place: taxed where the place is")),
    (VatClass.SERVICE.value, lazy_gettext("Another service, such as mail: businesses abroad account for the VAT themselves")),
    (VatClass.EXEMPT.value, lazy_gettext("Exempt from VAT")),
)
PRICE = lazy_gettext("Enter an amount like 350 or 350.50")
MOST = 1_000_000
MOST_LINES = 12
LINE = 120
# Field of the form, unit of the ledger, and how many of the unit one typed number is.
GRANTED = (
    ("meeting_hours", ledger.minutes_of("meeting_room"), 60),
    ("booth_hours", ledger.minutes_of("phone_booth"), 60),
    ("studio_hours", ledger.minutes_of("studio"), 60),
    ("any_hours", ledger.ANY_SPACE, 60),
    ("days", ledger.DAY, 1),
    ("credits", ledger.CREDIT, 1),
    ("prints", ledger.PRINT, 1),
)
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,29}")


def _name() -> StringField:
    return StringField(filters=[one_line], validators=[Length(max=80, message=AT_MOST)])


def _line() -> StringField:
    return StringField(filters=[one_line], validators=[Length(max=200, message=AT_MOST)])


def _lines() -> TextAreaField:
    return TextAreaField(filters=[several_lines], validators=[Length(max=1500, message=AT_MOST)])


def _count(label: Any) -> WholeNumber:
    return WholeNumber(label, least=1, most=10_000, optional=True)


class PlanForm(InLanguages):
    """A plan as it is to be from now on."""

    kind = Choice(lazy_gettext("How it is sold"), choices=options(KINDS))
    name_en, name_fr, name_nb = _name(), _name(), _name()
    summary_en, summary_fr, summary_nb = _line(), _line(), _line()
    includes_en, includes_fr, includes_nb = _lines(), _lines(), _lines()
    price = Amount(lazy_gettext("Price"), most=MOST, message=PRICE)
    tax_included = BooleanField(lazy_gettext("VAT is in the price"))
    vat_class = Choice(lazy_gettext("VAT"), choices=options(VAT))
    months = Choice(lazy_gettext("Charged"), coerce=int, choices=options(PERIODS))
    location_id = Choice(lazy_gettext("Where"), default="")
    notice_days = WholeNumber(lazy_gettext("Notice (days)"), least=0, most=180)
    minimum_months = WholeNumber(lazy_gettext("At least (months)"), least=0, most=36)
    trial_days = WholeNumber(lazy_gettext("Free trial (days)"), least=0, most=90)
    sign_up_fee = Amount(lazy_gettext("Sign-up fee"), most=MOST, message=PRICE, optional=True)
    deposit = Amount(lazy_gettext("Deposit"), most=MOST, message=PRICE, optional=True)
    seats = WholeNumber(lazy_gettext("People included"), least=1, most=500)
    seat_price = Amount(lazy_gettext("Each further person"), most=MOST, message=PRICE, optional=True)
    discount = WholeNumber(lazy_gettext("Off rooms and desks (per cent)"), least=0, most=100)
    always_open = BooleanField(lazy_gettext("Access day and night"))
    valid_days = WholeNumber(lazy_gettext("To be used within (days)"), least=0, most=1_500)
    carry_over = WholeNumber(lazy_gettext("What is left lives on for (periods)"), least=0, most=12)
    meeting_hours = _count(lazy_gettext("Hours in meeting rooms"))
    booth_hours = _count(lazy_gettext("Hours in phone booths"))
    studio_hours = _count(lazy_gettext("Hours in studios"))
    any_hours = _count(lazy_gettext("Hours anywhere"))
    days = _count(lazy_gettext("Days at open desks"))
    credits = _count(lazy_gettext("Credits"))
    prints = _count(lazy_gettext("Printed pages"))

    def __init__(self, locations: list[Location], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.location_id.choices = options([("", gettext("Every house")), *((str(location.id), location.name) for location in locations)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field for itself; the first language has a name, and no line is too long or too many."""
        valid = bool(super().validate(extra_validators))
        name = self[f"name_{g.operator.default_locale}"]
        if not name.data and not name.errors:
            name.errors = [gettext("Enter the name of the plan")]
            valid = False
        for code in g.operator.locales:
            valid = self._short_lines(self[f"includes_{code}"]) and valid
        return valid

    def _short_lines(self, field: Field) -> bool:
        lines = (field.data or "").splitlines()
        if len(lines) <= MOST_LINES and all(len(line) <= LINE for line in lines):
            return True
        field.errors = [gettext("Write at most %(count)d lines of at most %(long)d characters", count=MOST_LINES, long=LINE)]
        return False

    def show_plan(self, plan: Plan) -> None:
        """Fill in the plan as it is sold now."""
        version = plan.current
        for field in ("tax_included", "vat_class", "months", "notice_days", "minimum_months", "trial_days", "seats", "valid_days"):
            self[field].data = getattr(version, field)
        self.kind.data, self.location_id.data = plan.kind, str(version.location_id or "")
        self.show("name", version.name)
        self.show("summary", version.summary)
        self.show("includes", Texts({code: "\n".join(line.get(code, "") for line in version.includes).strip() for code in g.operator.locales}))
        for field, amount in (("price", version.amount), ("sign_up_fee", version.sign_up_fee), ("deposit", version.deposit)):
            self[field].data = Money(amount, version.currency).decimal
        self.seat_price.data = Money(version.seat_amount, version.currency).decimal
        self.discount.data, self.always_open.data = version.discount // 100, version.access == "always"
        self.carry_over.data = max((each.carry_over for each in version.allowances), default=0)
        by_unit = {each.unit: each.quantity for each in version.allowances}
        for field, unit, size in GRANTED:
            self[field].data = by_unit[unit] // size if unit in by_unit else None

    def version(self, plan_id: UUID) -> PlanVersion:
        """What was typed, as a version that is not numbered yet."""
        once = self.kind.data == PlanKind.PASS.value
        return PlanVersion(
            plan_id=plan_id, operator_id=g.operator.id, name=self.words("name"), summary=self.words("summary"), includes=self._includes(),
            amount=self._minor("price"), currency=g.operator.currency, tax_included=self.tax_included.data, vat_class=self.vat_class.data,
            months=0 if once else self.months.data, location_id=UUID(self.location_id.data) if self.location_id.data else None,
            notice_days=0 if once else self.notice_days.data, minimum_months=0 if once else self.minimum_months.data,
            trial_days=0 if once else self.trial_days.data, sign_up_fee=self._minor("sign_up_fee"), deposit=self._minor("deposit"),
            seats=self.seats.data, seat_amount=self._minor("seat_price"), discount=(self.discount.data or 0) * 100,
            access="always" if self.always_open.data else "opening", valid_days=self.valid_days.data if once else 0,
        )  # fmt: skip

    def allowances(self) -> list[Allowance]:
        """What each period gives."""
        given = [(unit, self[field].data * size) for field, unit, size in GRANTED if self[field].data]
        return [
            Allowance(operator_id=g.operator.id, unit=unit, quantity=quantity, carry_over=self.carry_over.data or 0, position=position)
            for position, (unit, quantity) in enumerate(given)
        ]

    def _minor(self, field: str) -> int:
        return from_decimal(self[field].data or Decimal(0), g.operator.currency).minor

    def _includes(self) -> list[dict[str, str]]:
        lines = {code: (self[f"includes_{code}"].data or "").splitlines() for code in g.operator.locales}
        longest = max((len(each) for each in lines.values()), default=0)
        made = (
            {code: each[number].strip() for code, each in lines.items() if number < len(each) and each[number].strip()} for number in range(longest)
        )
        return [line for line in made if line]


class PromotionForm(FlaskForm):
    """A code, and what it takes off."""

    code = StringField(lazy_gettext("Code"), filters=[one_line])
    plan_id = Choice(lazy_gettext("For"))
    percent = WholeNumber(lazy_gettext("Per cent off"), least=1, most=100, optional=True)
    amount = Amount(lazy_gettext("Or an amount off"), most=MOST, message=PRICE, optional=True)
    periods = WholeNumber(lazy_gettext("For how many periods (0: for good)"), least=0, most=60)
    most_uses = WholeNumber(lazy_gettext("How often it can be used (0: no limit)"), least=0, most=100_000)
    last_day = Day(lazy_gettext("Last day"), [Optional()])

    def __init__(self, plans: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan_id.choices = options([("", gettext("Every plan")), *plans])

    def validate_code(self, field: Field) -> None:
        """Letters, digits and dashes, so that it can be read out on the phone."""
        field.data = (field.data or "").upper()
        if not CODE.fullmatch(field.data):
            raise ValidationError(gettext("Use 3 to 30 letters from A to Z, digits and dashes"))

    def validate_last_day(self, field: Day) -> None:
        """Not over already."""
        if field.data is not None and field.data < clock.today(g.operator.zone):
            raise ValidationError(gettext("Choose today or a later day"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Either a share or an amount."""
        valid = bool(super().validate(extra_validators))
        if valid and bool(self.percent.data) == bool(self.amount.data):
            self.percent.errors = [gettext("Enter either per cent or an amount")]
            return False
        return valid

    def made(self) -> Promotion:
        """The code that was typed."""
        return Promotion(
            operator_id=g.operator.id, code=self.code.data, plan_id=UUID(self.plan_id.data) if self.plan_id.data else None,
            percent=self.percent.data or 0, amount=from_decimal(self.amount.data or Decimal(0), g.operator.currency).minor,
            currency=g.operator.currency, periods=self.periods.data, most_uses=self.most_uses.data, last_day=self.last_day.data,
        )  # fmt: skip
