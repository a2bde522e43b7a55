"""One of everything that memberships and billing hold, in the house of the outsider."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from coworking.billing import accounts, charging, home_currency, invoicing
from coworking.billing.models import (
    Account,
    Arrears,
    BankFile,
    BankLine,
    BillRun,
    Deposit,
    ExchangeRate,
    Payment,
    PaymentMethod,
    ReconciliationDifference,
    Refund,
)
from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.memberships.models import Order, PlanVersion, Promotion, Subscription, VersionNotice
from coworking.operators.models import Operator
from coworking.people import companies
from coworking.people.models import Person
from tests.cast import House

DAY = date(2026, 11, 1)


def fill_money(house: House, version: PlanVersion) -> tuple[dict[str, UUID], dict[str, str]]:
    """Ids by the name that routes give them, and the token of an invitation by its endpoint."""
    alice, bob = (db.session.get_one(Person, each.id) for each in (house.alice, house.bob))
    company = companies.found("Loire SARL", bob)
    token = companies.invite(company, "carole@example.org", bob)
    seller = db.session.get_one(Operator, house.operator.id)
    seller.org_number, seller.vat_number = "732829320", "FR44732829320"
    account = accounts.account_of(alice)
    account.street, account.postcode, account.city = "1 quai de la Fosse", "44000", "Nantes"
    run = BillRun(until=DAY, issue_on=DAY)
    bank = BankFile(name="bank.xml", kind="camt.053", sha256="0" * 64)
    promotion = Promotion(code="LOIRE", percent=10, currency="EUR")
    db.session.add_all([run, bank, promotion])
    db.session.flush()
    db.session.add(ExchangeRate(currency="EUR", day=DAY, millionths=11_600_000))
    paper = _paper(account)
    subscription = Subscription(
        version_id=version.id, account_id=account.id, person_id=alice.id, state="active", started_on=DAY, anchor=1, period_start=DAY,
        period_end=DAY + timedelta(days=30), rate_start=DAY,
    )  # fmt: skip
    method = PaymentMethod(account_id=account.id, provider="stripe", token="pm_loire", kind="card", brand="visa", last4="4242")
    payment = Payment(
        account_id=account.id, how="card", idempotency_key="loire", amount=1000, currency="EUR", state="succeeded", received_at=clock.now()
    )
    deposit = Deposit(account_id=account.id, source_key="loire", amount=5000, currency="EUR")
    line = BankLine(file_id=bank.id, booked_on=DAY, amount=1000, currency="EUR", fingerprint="1" * 64)
    difference = ReconciliationDifference(provider="stripe", kind="amount", provider_ref="pi_loire")
    db.session.add_all([subscription, method, payment, deposit, line, difference])
    db.session.flush()
    arrears = Arrears(account_id=account.id, invoice_id=paper["invoice_id"])
    order = Order(person_id=alice.id, account_id=account.id, version_id=version.id, starts_on=DAY, idempotency_key="loire")
    refund = Refund(payment_id=payment.id, amount=100, idempotency_key="loire")
    notice = VersionNotice(subscription_id=subscription.id, version_id=version.id, effective_on=DAY, needs_consent=True)
    db.session.add_all([arrears, order, refund, notice])
    db.session.flush()
    rows: dict[str, Any] = {
        "company_id": company, "account_id": account, "run_id": run, "bill_run_id": run, "file_id": bank, "promotion_id": promotion,
        "subscription_id": subscription, "method_id": method, "payment_id": payment, "deposit_id": deposit, "bank_line_id": line,
        "difference_id": difference, "arrears_id": arrears, "case_id": arrears, "order_id": order, "refund_id": refund, "notice_id": notice, "version_id": version,
        "invitation_id": companies.open_invitations(company)[0],
    }  # fmt: skip
    return {**{name: row.id for name, row in rows.items()}, **paper}, {"portal.seat_offer": token, "portal.take_seat": token}


def _paper(account: Account) -> dict[str, UUID]:
    """An issued paper with a line, and the charge behind it."""
    charge = charging.charge(
        account, source_kind="manual", source_id=None, source_key="loire", rule="manual", facts={"name": "Salle"}, amount=Money(1200, "EUR"),
        period_start=DAY, period_end=DAY, due_from=DAY,
    )  # fmt: skip
    invoice = invoicing.draft(account, DAY, "EUR", charges=[charge])
    assert invoice is not None
    home_currency.keep_rate("EUR", DAY, Decimal("11.70"))
    invoicing.issue(invoice, DAY)
    return {"invoice_id": invoice.id, "charge_id": charge.id, "line_id": invoice.lines[0].id}
