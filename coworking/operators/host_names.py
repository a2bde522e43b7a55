"""Which host names an operator may answer on besides ``<name>.<base domain>``."""

import ipaddress
import re

import sqlalchemy as sa

from coworking.core.db import db

from .models import OperatorHost

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class NotAHostName(ValueError):
    """Not the whole name of a host on the internet (RFC 1123), or no name at all."""


def read(text: str) -> str:
    """The name as browsers send it: lower case, other alphabets as ``xn--`` (IDNA); raises NotAHostName."""
    try:
        name = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotAHostName(text) from None
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit() or _is_address(name):
        raise NotAHostName(text)
    return name


def may_have(name: str, base_domain: str) -> bool:
    """Whether nobody has ``name`` yet, this operator included, and it is none of the installation's own names."""
    if name == base_domain or name.endswith(f".{base_domain}"):
        return False
    # The table of hosts is the installation's, not a tenant's: a name leads to one operator only.
    return db.session.scalar(sa.select(sa.func.count()).select_from(OperatorHost).where(OperatorHost.host == name)) == 0


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
