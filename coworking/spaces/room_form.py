"""The form of a room, desk or area: what it is, what it costs, and the rules of booking it."""

from typing import Any
from uuid import UUID

from flask import g
from flask_babel import lazy_gettext
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from coworking.core.forms import AT_MOST, Amount, Choice, Choices, WholeNumber, one_line, options, several_lines
from coworking.core.i18n import words
from coworking.core.money import Money, from_decimal
from coworking.core.stale import CarefulForm
from coworking.tax.rates import VatClass

from . import names
from .forms import InLanguages
from .models import Audience, Equipment, Kind, Location, Rate, RateUnit, Resource, ResourceEquipment

WHO = {
    Audience.PUBLIC: lazy_gettext("Everybody who joins"),
    Audience.MEMBER: lazy_gettext("Members"),
    Audience.STAFF: lazy_gettext("Only people who work here"),
}
PRICED = [(audience, unit) for audience in (Audience.PUBLIC, Audience.MEMBER) for unit in RateUnit]
A_YEAR = 366
A_WEEK = 10_080
DEAREST = 1_000_000


def _price(label: Any) -> Amount:
    return Amount(label, most=DEAREST, message=lazy_gettext("Enter a price like 350 or 350.50, at most 1,000,000"), optional=True)


class RoomForm(CarefulForm, InLanguages):
    """Everything about one thing that can be booked."""

    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter a name")), Length(max=80, message=AT_MOST)], filters=[one_line])
    kind = Choice(lazy_gettext("What it is"), choices=options(names.ONE.items()))
    location_id = Choice(lazy_gettext("House"))
    capacity = WholeNumber(lazy_gettext("Seats, or desks of an area"), least=1, most=2000)
    floor = WholeNumber(lazy_gettext("Floor"), least=-10, most=200, optional=True)
    area = WholeNumber(lazy_gettext("Square metres"), least=1, most=100_000, optional=True)
    step_free = BooleanField(lazy_gettext("Step-free"))
    equipment = Choices(lazy_gettext("Equipment"), coerce=str)
    description_en = TextAreaField(lazy_gettext("Description"), filters=[several_lines], validators=[Length(max=4000, message=AT_MOST)])
    description_fr = TextAreaField(lazy_gettext("Description"), filters=[several_lines], validators=[Length(max=4000, message=AT_MOST)])
    description_nb = TextAreaField(lazy_gettext("Description"), filters=[several_lines], validators=[Length(max=4000, message=AT_MOST)])
    house_rules_en = TextAreaField(lazy_gettext("House rules"), filters=[several_lines], validators=[Length(max=4000, message=AT_MOST)])
    house_rules_fr = TextAreaField(lazy_gettext("House rules"), filters=[several_lines], validators=[Length(max=4000, message=AT_MOST)])
    house_rules_nb = TextAreaField(lazy_gettext("House rules"), filters=[several_lines], validators=[Length(max=4000, message=AT_MOST)])
    public_hour = _price(lazy_gettext("Hour"))
    public_half_day = _price(lazy_gettext("Half day"))
    public_day = _price(lazy_gettext("Day"))
    member_hour = _price(lazy_gettext("Hour, members"))
    member_half_day = _price(lazy_gettext("Half day, members"))
    member_day = _price(lazy_gettext("Day, members"))
    vat_class = Choice(
        lazy_gettext("VAT"),
        choices=options(
            (
                (VatClass.SPACE.value, lazy_gettext("Ordinary rate of the country")),
                (VatClass.EXEMPT.value, lazy_gettext("Exempt: let without VAT")),
            )
        ),
    )
    who_may_book = Choice(lazy_gettext("Who may book"), choices=options((audience.value, name) for audience, name in WHO.items()))
    granularity = Choice(lazy_gettext("Starts every (minutes)"), coerce=int, choices=options((step, str(step)) for step in (5, 10, 15, 30, 60)))
    shortest = WholeNumber(lazy_gettext("Shortest (minutes)"), least=5, most=1440)
    longest = WholeNumber(lazy_gettext("Longest (minutes)"), least=5, most=1440)
    notice = WholeNumber(lazy_gettext("Notice before the start (minutes)"), least=0, most=A_WEEK)
    horizon = WholeNumber(lazy_gettext("How far ahead (days)"), least=1, most=A_YEAR)
    buffer = WholeNumber(lazy_gettext("Kept free afterwards (minutes)"), least=0, most=240)
    free_cancellation = WholeNumber(lazy_gettext("Free cancellation until before the start (minutes)"), least=0, most=A_WEEK * 4)

    def __init__(self, locations: list[Location], equipment: list[Equipment], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.location_id.choices = options((str(location.id), location.name) for location in locations)
        self.equipment.choices = options((str(item.id), words(item.name)) for item in equipment)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field for itself, then the shortest against the longest."""
        valid = bool(super().validate(extra_validators))
        if valid and (self.shortest.data or 0) > (self.longest.data or 0):
            self.longest.errors = [lazy_gettext("The longest booking can't be shorter than the shortest")]
            return False
        return valid

    def show_room(self, room: Resource) -> None:
        """Fill in what is kept about ``room``."""
        for field in ("description", "house_rules"):
            self.show(field, getattr(room, field))
        self.location_id.data = str(room.location_id)
        self.equipment.data = [str(row.equipment_id) for row in room.equipment]
        for rate in room.rates:
            self[f"{rate.audience}_{rate.unit}"].data = rate.price.decimal

    def fill(self, room: Resource) -> None:
        """Write what was typed into ``room``."""
        plain = (
            "name",
            "kind",
            "capacity",
            "floor",
            "area",
            "step_free",
            "who_may_book",
            "granularity",
            "shortest",
            "longest",
            "notice",
            "horizon",
            "buffer",
            "free_cancellation",
            "vat_class",
        )
        for field in plain:
            setattr(room, field, self[field].data)
        room.units = room.capacity if room.kind == Kind.HOT_DESKS.value else 1
        room.location_id = UUID(self.location_id.data)
        room.description, room.house_rules = self.words("description"), self.words("house_rules")
        self._fill_rates(room)
        self._fill_equipment(room)

    def _fill_rates(self, room: Resource) -> None:
        kept = {(rate.audience, rate.unit): rate for rate in room.rates}
        for audience, unit in PRICED:
            typed, rate = self[f"{audience.value}_{unit.value}"].data, kept.get((audience.value, unit.value))
            if typed is None:
                if rate is not None:
                    room.rates.remove(rate)
                continue
            price: Money = from_decimal(typed, g.operator.currency)
            if rate is None:
                rate = Rate(operator_id=g.operator.id, audience=audience.value, unit=unit.value)
                room.rates.append(rate)
            rate.amount, rate.currency = price.minor, price.currency

    def _fill_equipment(self, room: Resource) -> None:
        kept = {str(row.equipment_id): row for row in room.equipment}
        room.equipment = [
            kept.get(chosen) or ResourceEquipment(operator_id=g.operator.id, equipment_id=UUID(chosen)) for chosen in self.equipment.data or []
        ]
        for position, row in enumerate(room.equipment):
            row.position = position
