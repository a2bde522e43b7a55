"""The demo's card payments of the past: in our books and in those of the stand-in for Stripe alike."""

from typing import Any

from coworking.billing import methods, paying, settling
from coworking.billing.collecting import purpose_of
from coworking.billing.gateways import gateway
from coworking.billing.models import Account, Invoice
from coworking.config import Config
from coworking.core.money import Money
from coworking.payments.port import Outcome, State

from .stripe_double.calls import Call
from .stripe_double.intents import create
from .stripe_double.store import FILE, Store


class Till:
    """Charges saved cards at the moment that the clock shows."""

    def __init__(self, config: Config) -> None:
        self._store = Store(config.data_dir / FILE)

    def charge(self, invoice: Invoice, account: Account) -> None:
        """Pay the invoice by the payer's saved card."""
        method, row = methods.default_of(account), gateway()
        amount = Money(invoice.gross - invoice.prepaid, invoice.currency)
        if method is None or row is None or not amount:
            return
        payment = paying.wish(account, purpose_of(invoice.id), amount, key=f"collect:{invoice.id}:due", method_id=method.id)
        wishes: dict[str, Any] = {
            "amount": str(amount.minor), "currency": amount.currency.lower(), "customer": account.provider_customer, "payment_method": method.token,
            "confirm": "true", "off_session": "true", "metadata": {"payment": str(payment.id), "purpose": payment.purpose},
        }  # fmt: skip
        with self._store.change() as state:
            made = create(Call(state, row.account_ref, "", wishes))
            # Nobody is to be told of what happened months ago.
            state.sql.execute("UPDATE delivery SET done = 1 WHERE done = 0")
        payment.how = method.kind
        settling.settle(payment, Outcome(State.SUCCEEDED, made["id"], amount))
