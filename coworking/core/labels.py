"""Every column says whether it holds personal data, and under which key of the register."""

from typing import Any

PERSONAL = "personal"
NOT_PERSONAL = "not_personal"


def personal(key: str) -> dict[str, Any]:
    """Label a column as personal data under a register key such as ``person.email``."""
    return {PERSONAL: key}


def not_personal(why: str) -> dict[str, Any]:
    """Label a column as holding nothing about a person, and say why."""
    return {NOT_PERSONAL: why}
