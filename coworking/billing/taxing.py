"""VAT of charges: how each is taxed for its payer, and the sums of a paper written onto it."""

from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.tax import reasons
from coworking.tax.computing import Priced, Sums, Treatment
from coworking.tax.rates import VatClass, standard_rate
from coworking.tax.treating import Buyer, Seller, treat
from coworking.tax.vat_numbers import Check

from .models import Account, Charge, Invoice, InvoiceTax


def treatment_of(charge: Charge, account: Account) -> Treatment:
    """How a charge is taxed for its payer as they stand today. Raises UnknownCountry where we have no table."""
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    checked = account.vat_check in {Check.FORMAT.value, Check.VIES.value}
    buyer = Buyer(account.country, account.is_business, bool(account.vat_number) and checked)
    return treat(VatClass(charge.vat_class), charge.vat_country, charge.period_start, Seller(operator.country, operator.vat_registered), buyer)


def priced(charge: Charge, treatment: Treatment) -> Priced:
    """The charge as a line to compute."""
    amount = charge.money
    if charge.tax_included and treatment.reason == reasons.REVERSE_CHARGE:
        # Who accounts for the VAT themselves agreed to the price without it.
        amount = amount - amount.vat_within(standard_rate(charge.vat_country, charge.period_start))
    return Priced(amount, charge.tax_included, treatment)


def write_sums(paper: Invoice, sums: Sums) -> None:
    """Write computed nets, groups and totals onto a paper whose lines stand in the same order."""
    for line, share in zip(paper.lines, sums.lines, strict=True):
        line.net, line.gross = share.net.minor, share.gross.minor
    paper.taxes = [
        InvoiceTax(
            operator_id=paper.operator_id, position=position, category=group.category.value, rate=group.rate,
            net=group.net.minor, vat=group.vat.minor, reason=group.reason,
        )
        for position, group in enumerate(sums.groups)
    ]  # fmt: skip
    paper.net, paper.vat, paper.gross = sums.net.minor, sums.vat.minor, sums.gross.minor
