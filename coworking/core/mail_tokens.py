"""What stands in links of mails that must work for ever and tell nothing: sealed for one operator and one purpose.

Encrypted and not only signed: addresses of links end up in logs and histories, where a mail address has no business.
"""

from flask import current_app

from . import secrets, tenancy


def seal(purpose: str, text: str) -> str:
    """``text`` for a link of the operator in force. The same text looks different each time."""
    plain = f"{purpose} {tenancy.current_operator_id().hex} {text}"
    return secrets.encrypt(plain, current_app.extensions["coworking.config"]).rstrip("=")


def unseal(purpose: str, token: str) -> str | None:
    """The text again; None for a token of another purpose or operator, or one that we did not make."""
    try:
        plain = secrets.decrypt(token + "=" * (-len(token) % 4), current_app.extensions["coworking.config"])
    except secrets.Unreadable:
        return None
    head = f"{purpose} {tenancy.current_operator_id().hex} "
    return plain.removeprefix(head) if plain.startswith(head) else None
