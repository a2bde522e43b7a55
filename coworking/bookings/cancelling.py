"""What a change of mind costs: nothing until the free time is over, the price as agreed after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coworking.core.money import Money

from .models import Booking


@dataclass(frozen=True, slots=True)
class Refund:
    """What cancelling now would give back, and what stays to be paid."""

    back: Money
    kept: Money
    free_until: datetime
    is_free: bool
    """Whether everything comes back, the allowance too."""


def free_until(booking: Booking) -> datetime:
    """The last moment at which cancelling is free: elapsed time before the start, whatever clocks do in between."""
    return booking.starts_at - timedelta(minutes=booking.resource.free_cancellation)


def refund(booking: Booking, now: datetime, *, by_staff: bool = False) -> Refund:
    """What cancelling at ``now`` means. Staff may always let somebody off."""
    nothing = Money(0, booking.currency)
    free = by_staff or now <= free_until(booking)
    return Refund(booking.price if free else nothing, nothing if free else booking.price, free_until(booking), free)
