"""What the demo's host asks of operators, published at its stand-in for Stripe."""

from contextlib import suppress

from coworking.config import Config
from coworking.core.db import db
from coworking.core.money import Money
from coworking.hosting import subscribing
from coworking.payments.failures import PaymentError
from coworking.payments.host import Interval

PLANS = (("one-house", "One house", 4_900), ("several-houses", "Several houses", 12_900))


def publish_plans(config: Config) -> None:
    """Offer the host's plans. Nothing where no double answers: the demo does without."""
    if not config.stripe_api_base:
        return
    with suppress(PaymentError):
        for key, name, amount in PLANS:
            subscribing.publish(key, name, Money(amount, "EUR"), Interval.MONTH)
            db.session.commit()
