"""An operator without keys: an account of theirs under the host's at the provider (Connect), opened on the provider's page."""

from coworking.core import clock
from coworking.core.db import db, keep, release
from coworking.core.settings import config
from coworking.operators.models import Operator
from coworking.payments.failures import Failure, NotPossible
from coworking.payments.host import HostBilling
from coworking.payments.opening import open_host_billing
from coworking.payments.port import AccountInfo

from . import gateways
from .models import Gateway


def offered() -> bool:
    """Whether the host stands over accounts of operators."""
    return bool(config().stripe_secret_key)


def waiting() -> Gateway | None:
    """The connection whose account is opened but not in use yet."""
    row = gateways.gateway()
    return row if row is not None and row.connected_account not in {"", row.account_ref} else None


def start(operator: Operator, return_url: str, again_url: str) -> str:
    """Where the operator tells the provider who they are. Commits before it asks; raises a PaymentError."""
    port, row = _port(), waiting()
    if row is not None:
        ref = row.connected_account
        release()
    else:
        name, country, email, operator_id = operator.name, operator.country, operator.email or "", operator.id
        keep()
        ref = port.open_connected(
            name=name, country=country, email=email, idempotency_key=f"connect:{operator_id}", metadata={"operator": str(operator_id)}
        )
        row = gateways.gateway() or Gateway(provider=gateways.STRIPE, enabled=False)
        row.connected_account = ref
        db.session.add(row)
        keep()
    return port.onboarding(ref, return_url=return_url, again_url=again_url).url


def finish() -> AccountInfo | None:
    """Use the account once it can take money; a key of their own is forgotten then. None when nothing waits.

    Asks with no transaction open; raises a PaymentError.
    """
    port, row = _port(), waiting()
    if row is None:
        return None
    ref = row.connected_account
    release()
    info = port.describe_connected(ref)
    row = waiting()
    if info.can_charge and row is not None and row.connected_account == ref:
        gateways.use_connected(row, info)
        row.changed_at = clock.now()
    return info


def _port() -> HostBilling:
    port = open_host_billing(config())
    if port is None:
        raise NotPossible(Failure.NOT_OFFERED)
    return port
