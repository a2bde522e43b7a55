"""A statement of account as a PDF: what was billed, what was paid, and what that leaves."""

from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any

from flask_babel import gettext as _

from coworking.core.i18n import short_date, speaking
from coworking.core.money import Money

from . import letter, typeset
from .paper import Brand, Party
from .wording import amount, figure, span


@dataclass(frozen=True, slots=True)
class Movement:
    """One paper or payment. ``charged`` is positive when the buyer owes more, negative when less: a payment, a credit note."""

    day: date
    text: str
    charged: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """All movements of one buyer in one currency from ``starts_on`` to ``ends_on``, both inside, in their order."""

    seller: Party
    buyer: Party
    issued_on: date
    starts_on: date
    ends_on: date
    opening: Money
    movements: tuple[Movement, ...]
    locale: str
    brand: Brand = field(default_factory=Brand)

    @property
    def balances(self) -> list[Money]:
        """What is owed at first and after each movement; raises CurrencyMismatch where currencies are mixed."""
        return list(accumulate((movement.charged for movement in self.movements), Money.__add__, initial=self.opening))

    @property
    def closing(self) -> Money:
        """What is owed in the end; negative when the buyer has money to its credit."""
        return self.balances[-1]


def render(statement: Statement) -> bytes:
    """The statement as PDF/A-3a and PDF/UA-1; the same statement makes the same bytes. Needs an application context."""
    return typeset.pdf("statement", contents(statement), statement.issued_on, logo=statement.brand.logo)


def contents(statement: Statement) -> dict[str, Any]:
    """All words and figures of the statement, in its reader's language."""
    with speaking(statement.locale):
        heading, closing = _("Statement of account"), statement.closing
        return letter.frame(heading, statement.seller, statement.buyer, statement.brand, statement.locale) | {
            "heading": heading,
            "buyer-heading": _("Statement for"),
            "facts": [(_("Issued"), short_date(statement.issued_on)), (_("Period"), span(statement.starts_on, statement.ends_on))],
            "pay": {"label": _balance(closing), "amount": amount(Money(abs(closing.minor), closing.currency)), "facts": []},
            "columns": [_("Date"), _("Paper or payment"), _("Charged"), _("Credited"), _("Balance, %(currency)s", currency=closing.currency)],
            "rows": _rows(statement),
            "totals": [(_("Balance on %(day)s", day=short_date(statement.ends_on)), amount(closing))],
        }


def _balance(closing: Money) -> str:
    if closing.minor > 0:
        return _("Left to pay")
    return _("In your favour") if closing.minor < 0 else _("Nothing left to pay")


def _rows(statement: Statement) -> list[dict[str, str]]:
    first, *rest = statement.balances
    opening = {"day": short_date(statement.starts_on), "text": _("Balance brought in"), "charged": "", "credited": "", "balance": figure(first)}
    return [opening, *(_row(movement, balance) for movement, balance in zip(statement.movements, rest, strict=True))]


def _row(movement: Movement, balance: Money) -> dict[str, str]:
    size = figure(Money(abs(movement.charged.minor), movement.charged.currency))
    owed = movement.charged.minor >= 0
    return {
        "day": short_date(movement.day),
        "text": movement.text,
        "charged": size if owed else "",
        "credited": "" if owed else size,
        "balance": figure(balance),
    }
