"""Laying the app's books beside the notebook, the bank's and the provider's: each difference is said in words."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from coworking.billing import balance, hashing
from coworking.billing.accounts import known_payer_for
from coworking.billing.gateways import gateway
from coworking.billing.models import Account, Charge, Deposit, Invoice, InvoiceKind, InvoiceLine, Payment, Refund
from coworking.billing.settings import settings_of
from coworking.core import clock
from coworking.core.db import db
from coworking.demo.stripe_double.store import Store
from coworking.memberships import ledger
from coworking.memberships.models import Grant, LedgerEntry
from coworking.operators.models import Operator
from coworking.people.models import Person

from .houses import HOURS, House
from .notebook import Sold, sums_of


def differences(house: House, store: Store, today: date) -> list[str]:
    """All that does not agree; nothing where the books are right."""
    db.session.expire_all()
    return [
        *_charges(house, today),
        *_invoices(house),
        *_notes(house),
        *_chain(house),
        *_money(house, store),
        *_balances(house),
        *_allowances(house, today),
    ]


_CREDITED = Charge.waived_because.startswith("credited:")


def _differ(what: str, ours: object, theirs: object) -> Iterator[str]:
    if ours != theirs:
        yield f"{what}: {ours} in the notebook, {theirs} in the app"


def _charges(house: House, today: date) -> Iterator[str]:
    # What a credit note took over is waived as a charge, and counts all the same.
    counts = sa.or_(Charge.waived_at.is_(None), _CREDITED)
    sums = _sums(sa.select(Charge.account_id, Charge.amount).where(counts))
    for account_id, payer in house.payers.items():
        yield from _differ(f"{payer.name} was charged", payer.charged(today), sums.pop(account_id, 0))
    yield from _differ("charged to nobody of the story", {}, {key: amount for key, amount in sums.items() if amount})


def _invoices(house: House) -> Iterator[str]:
    """Each invoice anew from the charges on it."""
    sold: dict[UUID, list[Sold]] = defaultdict(list)
    for charge, account in db.session.execute(
        sa.select(Charge, Account).join(Account, Account.id == Charge.account_id).where(Charge.invoice_id.is_not(None))
    ):
        assert charge.invoice_id is not None
        sold[charge.invoice_id].append(_sold(house, charge, account))
    for invoice in db.session.scalars(sa.select(Invoice).where(Invoice.kind == InvoiceKind.INVOICE.value)):
        net, vat, groups = sums_of(sold[invoice.id])
        yield from _differ(f"{invoice.label}", (net, vat, net + vat), (invoice.net, invoice.vat, invoice.gross))
        yield from _differ(f"{invoice.label} by rate", groups, {(tax.category, tax.rate): (tax.net, tax.vat) for tax in invoice.taxes})
        yield from _differ(
            f"{invoice.label} by line", (net, net + vat), (sum(line.net for line in invoice.lines), sum(line.gross for line in invoice.lines))
        )


def _sold(house: House, charge: Charge, account: Account) -> Sold:
    if charge.vat_class == "service" and house.where.country == "FR" and account.country == "DE":
        return Sold(charge.amount, charge.tax_included, 0, "AE")
    return Sold(charge.amount, charge.tax_included, house.rate(charge.period_start), "S")


def _notes(house: House) -> Iterator[str]:
    """Credit notes: what was credited by staff or given back after billing; each adds up, and none takes back more than there was."""
    for note in db.session.scalars(sa.select(Invoice).where(Invoice.kind == InvoiceKind.CREDIT_NOTE.value)):
        lines = (sum(line.net for line in note.lines), sum(line.gross for line in note.lines))
        taxes = (sum(tax.net for tax in note.taxes), sum(tax.net + tax.vat for tax in note.taxes))
        yield from _differ(f"{note.label} by line", (note.net, note.gross), lines)
        yield from _differ(f"{note.label} by rate", (note.net, note.gross), taxes)
    over = _sums(sa.select(Charge.account_id, -Charge.amount).where(_CREDITED))
    credited = _sums(sa.select(Invoice.account_id, Invoice.gross).where(Invoice.kind == InvoiceKind.CREDIT_NOTE.value))
    for account_id, payer in house.payers.items():
        yield from _differ(f"{payer.name} was credited", sum(payer.notes) + over.get(account_id, 0), credited.get(account_id, 0))
    line, back = InvoiceLine, sa.orm.aliased(InvoiceLine)
    beyond = (
        sa.select(line.id)
        .join(back, back.credits_line_id == line.id)
        .group_by(line.id, line.gross)
        .having(sa.func.sum(back.gross) > sa.func.max(line.gross))
    )
    yield from _differ("lines credited beyond their amount", [], list(db.session.scalars(beyond)))


def _chain(house: House) -> Iterator[str]:
    settings = settings_of(db.session.get_one(Operator, house.operator_id))
    for series in (settings.series, settings.credit_series):
        rows = db.session.execute(
            sa.select(Invoice.number, Invoice.previous_hash, Invoice.hash, Invoice.issued_on).where(Invoice.series == series).order_by(Invoice.number)
        ).all()
        yield from _differ(f"numbers of {series}", list(range(1, len(rows) + 1)), [row.number for row in rows])
        yield from _differ(f"links of {series}", ["", *(row.hash for row in rows[:-1])][: len(rows)], [row.previous_hash for row in rows])
        yield from _differ(f"days of {series}", sorted(row.issued_on for row in rows), [row.issued_on for row in rows])
        yield from _differ(f"seals of {series}", None, hashing.verify(series))


def _money(house: House, store: Store) -> Iterator[str]:
    """Cards as the provider's own book has them, everything else as the bank and the till do."""
    cards = _provider(store)
    came = _sums(sa.select(Payment.account_id, Payment.amount).where(Payment.state == "succeeded", Payment.provider == "stripe"))
    went = _sums(
        sa.select(Payment.account_id, -Refund.amount)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == "succeeded", Payment.provider == "stripe")
    )
    by_hand = _sums(sa.select(Payment.account_id, Payment.amount).where(Payment.state == "succeeded", Payment.provider == "manual"))
    back = _sums(sa.select(Payment.account_id, -Refund.amount).join(Payment, Payment.id == Refund.payment_id).where(Payment.provider == "manual"))
    for account_id, payer in house.payers.items():
        yield from _differ(f"{payer.name} by card", cards.get(account_id, 0), came.get(account_id, 0) + went.get(account_id, 0))
        wanted = sum(payer.came) + sum(payer.held)
        yield from _differ(f"{payer.name} by bank and till", wanted, by_hand.get(account_id, 0) + back.get(account_id, 0))


def _provider(store: Store) -> dict[UUID, int]:
    payments = {
        row[0]: row[1] for row in db.session.execute(sa.select(Payment.provider_ref, Payment.account_id).where(Payment.provider_ref.is_not(None)))
    }
    sums: dict[UUID, int] = defaultdict(int)
    with store.change() as state:
        for charge in state.every("charge", _account_ref()):
            if charge["paid"]:
                sums[payments[charge["payment_intent"]]] += charge["amount"] - charge["amount_refunded"]
    return sums


def _account_ref() -> str:
    row = gateway()
    assert row is not None
    return row.account_ref


def _balances(house: House) -> Iterator[str]:
    """What each payer owes: invoices less credit notes less all that came, deposits apart."""
    issued = _sums(sa.select(Invoice.account_id, sa.case((Invoice.kind == InvoiceKind.INVOICE.value, Invoice.gross), else_=-Invoice.gross)))
    came = _sums(sa.select(Payment.account_id, Payment.amount).where(Payment.state == "succeeded"))
    went = _sums(sa.select(Payment.account_id, Refund.amount).join(Payment, Payment.id == Refund.payment_id).where(Refund.state == "succeeded"))
    for account in db.session.scalars(sa.select(Account)).all():
        held = sum(house.payers[account.id].held)
        wanted = issued.get(account.id, 0) - came.get(account.id, 0) + went.get(account.id, 0) + held
        told = balance.balance(account).get(house.where.currency)
        yield from _differ(f"{account.name} owes", wanted, told.minor if told is not None else 0)
    kept = _sums(sa.select(Deposit.account_id, Deposit.amount).where(Deposit.received_at.is_not(None), Deposit.returned_at.is_(None)))
    yield from _differ("deposits held", sum(sum(payer.held) for payer in house.payers.values()), sum(kept.values()))


def _allowances(house: House, today: date) -> Iterator[str]:
    """What is left for everybody today, and that each grant is the sum of its entries."""
    now = clock.now()
    entries = sa.select(LedgerEntry.grant_id, sa.func.sum(LedgerEntry.quantity).label("left")).group_by(LedgerEntry.grant_id).subquery()
    off = sa.select(Grant.id).join(entries, entries.c.grant_id == Grant.id).where(Grant.remaining != entries.c.left)
    yield from _differ("grants that are not the sum of their entries", [], list(db.session.scalars(off)))
    people: dict[UUID, Person] = {}
    for person in db.session.scalars(sa.select(Person)).all():
        account = known_payer_for(person)
        if account is not None:
            people.setdefault(account.id, person)
    for account_id, payer in house.payers.items():
        if account_id not in people:
            continue
        minutes = sum(contract.left(today) for contract in payer.contracts)
        yield from _differ(f"minutes left for {payer.name}", minutes, ledger.left(people[account_id], [HOURS], now))
        yield from _differ(f"days left for {payer.name}", payer.days, ledger.left(people[account_id], ["day"], now))


def _sums(wanted: sa.Select[UUID, int]) -> dict[UUID, int]:
    sums: dict[UUID, int] = defaultdict(int)
    for row in db.session.execute(wanted):
        sums[row[0]] += row[1]
    return sums
