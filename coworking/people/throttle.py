"""How often something may be tried: counted in the database, by account and by address, for all processes together.

Counting by account covers many addresses that try one account; counting by address covers one that tries many accounts.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db

from .models import Attempt

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries of one kind fit into WINDOW."""

    name: str
    per_account: int
    per_address: int


SIGN_IN = Limit("sign_in", 10, 50)
"""Wrong passwords."""
MAIL = Limit("mail", 5, 50)
"""Mails that anybody can have sent to an address."""


class TooManyTries(Exception):
    """Refused for now. ``seconds``: after how long a try is open again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def check(limit: Limit, account: str, address: str | None, exact: bool = False) -> None:
    """Raise TooManyTries when no try is open. ``address``: the client's IP address.

    ``exact`` waits for parallel tries to be counted first: for the answer after slow work.
    """
    for key, most in _keys(limit, account, address):
        if exact:
            _one_at_a_time(key)
        _refuse_when_full(key, most)


def count(limit: Limit, account: str, address: str | None) -> None:
    """Count one try, or raise TooManyTries when none was open. Exact under parallel requests."""
    keys = _keys(limit, account, address)
    for key, most in keys:
        _one_at_a_time(key)
        _refuse_when_full(key, most)
    db.session.add_all(Attempt(key=key) for key, _most in keys)
    db.session.flush()


def prune(now: datetime) -> None:
    """Forget tries that no window reaches any more."""
    db.session.execute(sa.delete(Attempt).where(Attempt.at < now - KEPT - timedelta(days=1)))


def forget(account: str) -> None:
    """Forget all tries of an account: whoever was erased leaves no digest behind either."""
    db.session.execute(sa.delete(Attempt).where(Attempt.key.like(f"%:account:{_digest(account)}")))


def truncated(address: str | None) -> str:
    """The network of an IP address: enough to count by, too little to find a person (IPv4 /24, IPv6 /48)."""
    try:
        ip = ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def _keys(limit: Limit, account: str, address: str | None) -> list[tuple[str, int]]:
    return [(f"{limit.name}:account:{_digest(account)}", limit.per_account), (f"{limit.name}:network:{truncated(address)}", limit.per_address)]


def _digest(account: str) -> str:
    # A list of addresses that somebody tried is nobody's business.
    return hashlib.sha256(account.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _refuse_when_full(key: str, most: int) -> None:
    now = clock.now()
    recent = sa.select(Attempt.at).where(Attempt.key == key, Attempt.at > now - WINDOW)
    # When the most-th latest try is still inside the window, the next is open once it has left it.
    blocking = db.session.scalar(recent.order_by(Attempt.at.desc()).offset(most - 1).limit(1))
    if blocking is not None:
        raise TooManyTries(max(1, int((blocking + WINDOW - now).total_seconds()) + 1))


def _one_at_a_time(key: str) -> None:
    # SQLite has one writer anyway. PostgreSQL holds this until the end of the transaction.
    if db.session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
