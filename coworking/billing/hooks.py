"""What others do when money comes, fails or goes back, without billing knowing them.

Whoever sells registers under the first word of a payment's purpose: ``order`` for ``order:<id>``. What a hook writes is
in the transaction that settles the payment, so a paid order without its effect can't exist.
"""

from collections.abc import Callable
from typing import TypeVar

from .models import Account, Arrears, Payment

PaymentHook = Callable[[Payment], None]
Landing = Callable[[Payment], str]
EndHook = Callable[[Account, Arrears], None]
H = TypeVar("H", bound=PaymentHook)
E = TypeVar("E", bound=EndHook)
L = TypeVar("L", bound=Landing)

_PAID: dict[str, PaymentHook] = {}
_FAILED: dict[str, PaymentHook] = {}
_TAKEN_BACK: dict[str, PaymentHook] = {}
_GIVEN_UP: list[EndHook] = []
_LANDINGS: dict[str, Landing] = {}


def paid(prefix: str) -> Callable[[H], H]:
    """Register what follows a payment with that purpose, once it succeeded. It must bear being called again."""
    return _under(_PAID, prefix)


def failed(prefix: str) -> Callable[[H], H]:
    """Register what follows a payment with that purpose when it failed or was given up."""
    return _under(_FAILED, prefix)


def taken_back(prefix: str) -> Callable[[H], H]:
    """Register what follows when the bank takes a payment with that purpose back."""
    return _under(_TAKEN_BACK, prefix)


def lands(prefix: str) -> Callable[[L], L]:
    """Register the address that a payer goes on to once a payment with that purpose succeeded."""

    def register(where: L) -> L:
        _LANDINGS[prefix] = where
        return where

    return register


def landing(payment: Payment) -> str | None:
    """Where its payer goes on to; None for the page of the payment itself."""
    where = _LANDINGS.get(prefix_of(payment.purpose))
    return where(payment) if where is not None else None


def given_up(hook: E) -> E:
    """Register what ends when an account is given up for want of payment."""
    if hook not in _GIVEN_UP:
        _GIVEN_UP.append(hook)
    return hook


def prefix_of(purpose: str) -> str:
    """``order`` of ``order:<id>``."""
    return purpose.partition(":")[0]


def after_payment(payment: Payment) -> None:
    """Let whoever asked for the payment do what was paid for."""
    _call(_PAID, payment)


def after_failure(payment: Payment) -> None:
    """Tell whoever asked for the payment that it won't come this way."""
    _call(_FAILED, payment)


def after_taking_back(payment: Payment) -> None:
    """Tell whoever asked for the payment that the money is gone again."""
    _call(_TAKEN_BACK, payment)


def after_giving_up(account: Account, arrears: Arrears) -> None:
    """End whatever the account still has running."""
    for hook in _GIVEN_UP:
        hook(account, arrears)


def _under(table: dict[str, PaymentHook], prefix: str) -> Callable[[H], H]:
    def register(hook: H) -> H:
        known = table.get(prefix)
        if known is not None and known.__qualname__ != hook.__qualname__:
            raise ValueError(f"two hooks are registered for {prefix}")
        table[prefix] = hook
        return hook

    return register


def _call(table: dict[str, PaymentHook], payment: Payment) -> None:
    hook = table.get(prefix_of(payment.purpose))
    if hook is not None:
        hook(payment)
