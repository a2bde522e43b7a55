"""No provider at all: transfers and cash. Money is noted by hand or by a bank file, so nothing can be asked of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NoReturn

from .failures import Failure, Forged, NotPossible
from .port import Event, Movement, Offer, SavedMethod


def _not_offered(*_args: Any, **_wishes: Any) -> NoReturn:
    raise NotPossible(Failure.NOT_OFFERED)


class ManualPayments:
    """Answers what has an answer without a provider: nothing saved, nothing moved. The rest raises NotPossible."""

    offers: frozenset[Offer] = frozenset()

    create_customer = update_customer = delete_customer = staticmethod(_not_offered)
    start_checkout = start_saving_method = portal = staticmethod(_not_offered)
    fetch_checkout = expire_checkout = staticmethod(_not_offered)
    charge_saved = cancel = refund = fetch = fetch_dispute = staticmethod(_not_offered)
    choose_default = detach = describe = watch = unwatch = staticmethod(_not_offered)

    def methods(self, customer: str) -> Sequence[SavedMethod]:
        """None are saved."""
        return ()

    def list_movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """None: the bank's file says what moved."""
        return iter(())

    def read_event(self, payload: bytes, signature: str, secret: str, tolerance: int = 0) -> Event:
        """Nobody signs messages for an account without a provider: raises Forged."""
        raise Forged
