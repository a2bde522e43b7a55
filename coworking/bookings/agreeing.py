"""What a booking takes from allowances and what it charges, agreed in the transaction that gives it its time."""

from flask_babel import gettext as _

from coworking.billing import accounts, charging
from coworking.billing.models import Charge
from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.money import Money
from coworking.memberships import ledger
from coworking.people.models import Person
from coworking.tax.rates import VatClass

from . import covering
from .models import Booking
from .pricing import Quote
from .refusals import Broken, RuleBroken

RULE = "booking"
NO_RULE = ""
"""Field of a refusal that is about all of the form."""


def refuse_a_surprise(agreed: Quote, seen: int | None) -> None:
    """Raise RuleBroken when it costs more than the page said (``seen``, minor units): somebody used the allowance, or a price changed."""
    if seen is not None and agreed.to_pay.minor > seen:
        words = _(
            "The price is now %(price)s, not %(seen)s. Nothing has been booked: book again if that is right.",
            price=i18n.money(agreed.to_pay),
            seen=i18n.money(Money(seen, agreed.to_pay.currency)),
        )
        raise RuleBroken(Broken(NO_RULE, words))


def refuse_on_hold(person: Person, by_staff: bool) -> None:
    """Raise RuleBroken while whoever pays for the person is on hold. The desk may book all the same."""
    if not by_staff and (account := accounts.known_payer_for(person)) is not None and account.on_hold:
        raise RuleBroken(Broken(NO_RULE, _("An invoice is unpaid, so nothing new can be booked. Pay it and book at once.")))


def note(booking: Booking, agreed: Quote) -> None:
    """Write the price on the booking."""
    booking.amount, booking.vat_amount, booking.currency = agreed.total.minor, agreed.vat.minor, agreed.total.currency
    booking.vat_rate = agreed.vat_rate
    booking.price_lines = agreed.stored()


def settle(booking: Booking, agreed: Quote, *, by: Person) -> None:
    """Spend the allowance and write the charge, under the booking's present agreement.

    Raises RuleBroken when the allowance was used by somebody else since it was read.
    """
    person = db.session.get_one(Person, booking.person_id)
    entries = []
    if (cover := agreed.cover) is not None:
        try:
            entries = ledger.spend(person, cover.units, cover.quantity, booking.starts_at, covering.source(booking), by=by)
        except ledger.NotEnough:
            raise RuleBroken(Broken(NO_RULE, _("Your allowance was used meanwhile. Look at the price and book again."))) from None
    if agreed.total:
        _charge(booking, agreed, person, [str(entry.id) for entry in entries])


def _charge(booking: Booking, agreed: Quote, person: Person, entries: list[str]) -> None:
    room = booking.resource
    day = clock.wall_day(booking.starts_at, room.zone)
    charging.charge(
        accounts.payer_for(person),
        source_kind="booking",
        source_id=booking.id,
        source_key=covering.source(booking).key,
        rule=RULE,
        facts={
            "space": room.name,
            "house": room.location.name,
            "starts_at": booking.starts_at.isoformat(),
            "ends_at": booking.ends_at.isoformat(),
            "zone": room.zone,
            "lines": agreed.stored(),
            "audience": agreed.audience.value,
            "discount": agreed.discount,
            "entries": entries,
        },
        amount=agreed.total,
        period_start=day,
        period_end=day,
        due_from=day,
        vat_class=VatClass(room.vat_class),
        vat_country=room.location.country,
        person=person,
        location_id=room.location_id,
    )


def undo(booking: Booking, *, by: Person | None, reason: str) -> None:
    """Give back what the present agreement took: the allowance, and the charge, by a negative one where it is billed already."""
    source = covering.source(booking)
    ledger.give_back(source, by=by)
    for charge in charging.charged_for("booking", booking.id):
        charging.take_back(charge, charging.left_of(charge), f"{charge.source_key}:back", reason)


def charge_of(booking: Booking) -> Charge | None:
    """The charge of the booking's present agreement, if it costs anything."""
    return next(reversed(charging.charged_for("booking", booking.id)), None)
