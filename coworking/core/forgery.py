"""Tokens against forged requests (CSRF), written differently in every answer.

Answers are compressed. How well a page compresses tells whether something that an attacker put into it resembles
something secret in it (BREACH, 2013). A token that looks new each time has nothing to be resembled.
"""

import base64
import binascii
import secrets
from typing import cast

from flask import g
from flask_wtf.csrf import CSRFProtect, generate_csrf


class Guard(CSRFProtect):
    """Flask-WTF's guard, which takes tokens as we write them."""

    def _get_csrf_token(self) -> str | None:
        sent = cast("str | None", super()._get_csrf_token())
        return unmasked(sent) if sent else sent


def token() -> str:
    """The token of this browser's session, the same throughout one answer."""
    if "masked_token" not in g:
        g.masked_token = masked(generate_csrf())
    return cast("str", g.masked_token)


def masked(text: str) -> str:
    """A random pad, and ``text`` under it."""
    plain = text.encode()
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def unmasked(text: str) -> str:
    """What ``masked`` was given; anything else as it is, for the guard to refuse."""
    try:
        both = base64.urlsafe_b64decode(text.encode())
        half = len(both) // 2
        return _xor(both[:half], both[half:]).decode("ascii")
    except (ValueError, binascii.Error):
        return text


def _xor(pad: bytes, text: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(pad, text, strict=True))
