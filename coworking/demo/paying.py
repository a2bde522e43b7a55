"""The demo's connection to its stand-in for Stripe, where one is running: never to Stripe itself."""

from collections.abc import Iterable

from coworking.billing.accounts import account_of
from coworking.billing.gateways import STRIPE
from coworking.billing.methods import keep_method
from coworking.billing.models import Gateway
from coworking.config import Config
from coworking.core import secrets
from coworking.core.db import db
from coworking.operators.hosts import public_host
from coworking.operators.models import Operator
from coworking.payments.stripe_reading import method
from coworking.people.models import Person

from .stripe_double.seeding import customer_with_card, watched
from .stripe_double.store import FILE, Store


def connect(operator: Operator, members: Iterable[Person], config: Config) -> None:
    """Let the operator in force be paid by test card, and give ``members`` a saved one. Nothing without a double."""
    if not config.stripe_api_base:
        return
    key, store = f"sk_test_{operator.slug}", Store(config.data_dir / FILE)
    hook = watched(store, key, f"{config.scheme}://{public_host(operator, config)}/webhooks/stripe")
    with store.change() as state:
        account_ref = state.account_of(hook["id"])
    db.session.add(
        Gateway(
            provider=STRIPE,
            secret_key=secrets.encrypt(key, config),
            webhook_secret=secrets.encrypt(hook["secret"], config),
            webhook_ref=hook["id"],
            account_ref=account_ref,
            account_name=operator.name,
            test_mode=True,
        )
    )
    for person in members:
        token, card = customer_with_card(store, key, name=person.name, email=person.email, locale=person.locale or operator.default_locale)
        account, told = account_of(person), method(card, card["id"])
        account.provider_customer = token
        if told is not None:
            keep_method(account, told, default=True)
    db.session.flush()
