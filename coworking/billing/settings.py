"""How an operator bills. Until somebody changes it, the country's own ways hold."""

import re
from dataclasses import dataclass

from coworking.core.db import db
from coworking.operators.models import Operator

from .models import BillingSettings


@dataclass(frozen=True, slots=True)
class Ways:
    """What is usual in a country: days to pay, and what papers say of paying late, in its own language."""

    payment_days: int
    late_interest: str


WAYS = {
    # Forsinkelsesrenteloven § 2.
    "NO": Ways(14, "Ved forsinket betaling beregnes forsinkelsesrente etter forsinkelsesrenteloven."),
    # Code de commerce, L441-10: thirty days unless agreed otherwise; ECB rate plus ten points.
    "FR": Ways(30, "Pénalités de retard : taux de la BCE majoré de 10 points de pourcentage, exigibles sans rappel."),
    # Late Payment of Commercial Debts (Interest) Act 1998, sections 4 and 6.
    "GB": Ways(30, "Businesses that pay late owe interest at 8% above the Bank of England base rate."),
}
ELSEWHERE = Ways(30, "")


def settings_of(operator: Operator) -> BillingSettings:
    """The operator's row, or the country's ways where nothing was kept yet. Reads only: ``kept_settings`` writes the row."""
    return db.session.get(BillingSettings, operator.id) or _usual(operator)


def kept_settings(operator: Operator) -> BillingSettings:
    """The operator's row, written with the country's ways where there was none."""
    known = db.session.get(BillingSettings, operator.id)
    return known or db.session.merge(_usual(operator))


def _usual(operator: Operator) -> BillingSettings:
    ways = WAYS.get(operator.country, ELSEWHERE)
    prefix = _prefix(operator.slug)
    return BillingSettings(
        operator_id=operator.id, series=prefix, credit_series=f"{prefix}K", payment_days=ways.payment_days, iban="", bic="", bank_account="",
        register_line="", late_interest=ways.late_interest, mediator="", grace_days=7, retry_days=[1, 3, 5], end_days=45, check_vies=False,
    )  # fmt: skip


def _prefix(slug: str) -> str:
    letters = re.sub(r"[^a-z]", "", slug.lower())
    return (letters[:2] or "i").upper()
