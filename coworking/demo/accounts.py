"""The demo's people that anybody may sign in as."""

from dataclasses import dataclass

from coworking.operators.models import Operator

from .data import OPERATORS, read

PASSWORD = "harbour-lamp-42"  # noqa: S105 - of made-up people, printed for everybody


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody in the demo with a password that everybody may know."""

    operator: str
    """Slug of the operator."""
    name: str
    email: str
    role: str
    password: str = PASSWORD


ACCOUNTS: tuple[Account, ...] = tuple(
    Account(slug, entry["name"], entry["email"], entry["role"]) for slug in OPERATORS for entry in read(slug)["named"]
)


def for_operator(operator: Operator) -> list[Account]:
    """The accounts of one operator, owner first; none for an operator that isn't the demo's."""
    return [account for account in ACCOUNTS if account.operator == operator.slug]
