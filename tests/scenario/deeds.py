"""What people and staff do: each deed asks the app, and writes down in the notebook what was agreed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import requests
import sqlalchemy as sa

from coworking.billing import balance, bill_runs, crediting, deposits, gateways, matching, methods, paying, recording, refunding
from coworking.billing.models import Deposit, Invoice, InvoiceKind, InvoiceState, Payment
from coworking.bookings import booking as bookings
from coworking.bookings.models import Booking
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.memberships import changing, ending, orders, overrides, pausing, withdrawal
from coworking.memberships.subscribing import Wish, subscribe
from coworking.operators.models import Operator
from coworking.people.company import Company
from coworking.spaces.models import Resource

from .houses import House, Somebody, at
from .notebook import Contract, half_up

GOOD, BROKE = "4242424242424242", "4000000000000341"
PERCENT = {"HALF": (50, 3), "THIRD": (33, 2), "": (0, 0)}
PAGE = "http://x.localhost/y"


def today(house: House) -> date:
    """The date on the house's wall."""
    return clock.today(house.where.zone)


@dataclass
class Bank:
    """The provider of cards: the double, over HTTP."""

    url: str

    def tell(self, path: str, **wishes: Any) -> None:
        """Be the payer on one of its pages."""
        answer = requests.post(f"{self.url}/_test/{path}", data={"card": GOOD, "approve": "true", **wishes}, timeout=20)
        assert answer.ok, answer.text


def connect(house: House) -> None:
    """Give the house an account at the provider."""
    key = f"sk_test_{house.where.slug}_{uuid4().hex[:8]}"
    gateways.connect(key, gateways.describe(key))


def joins(who: Somebody, slug: str, code: str = "", company: Company | None = None, **wish: Any) -> Contract:
    """Go on a plan today."""
    house, (percent, periods) = who.house, PERCENT[code]
    made = subscribe(company or who.person, Wish(house.version(slug), today(house), code=code, **wish), today(house))
    who.subscriptions[slug] = made.id
    contract = Contract(house.offers[slug], today(house), max(wish.get("seats", 0), house.offers[slug].seats), percent, periods)
    who.page.contracts.append(contract)
    return contract


def changes(who: Somebody, slug: str, contract: Contract, to: str, seats: int = 0, *, now: bool = True) -> None:
    """Go to another plan or number of seats, today or at the next renewal."""
    house = who.house
    offer = house.offers[to]
    verb = changing.change_now if now else changing.change_at_renewal
    end = list(contract.periods(today(house)))[-1][1]
    verb(who.subscription(slug), house.version(to), seats or offer.seats, today(house))
    contract.changes.append((today(house) if now else end, offer, seats or offer.seats))


def rests(who: Somebody, slug: str, contract: Contract, start: date, end: date) -> None:
    """Pause a plan."""
    pausing.pause(who.subscription(slug), start, end, today(who.house))
    contract.pauses.append((start, end))


def goes_on(who: Somebody, slug: str, contract: Contract, on: date) -> None:
    """Come back earlier than agreed."""
    subscription = who.subscription(slug)
    pausing.resume(subscription, subscription.pauses[-1], on, today(who.house))
    contract.pauses[-1] = (contract.pauses[-1][0], on)


def leaves(who: Somebody, slug: str, contract: Contract) -> None:
    """Give notice: it ends after the notice, and not before what is paid."""
    house = who.house
    told = ending.leave(who.subscription(slug), today(house))
    notice = today(house) + timedelta(days=max(1, contract.offer.notice_days))
    contract.ends_on = max(notice, list(contract.periods(today(house)))[-1][1])
    assert told == contract.ends_on


def withdraws(who: Somebody, slug: str, contract: Contract) -> None:
    """Use the right to withdraw; the days that were asked for and used are paid."""
    withdrawal.withdraw(who.subscription(slug), today(who.house))
    contract.ends_on, contract.withdrawn = today(who.house), True


def agrees(who: Somebody, slug: str, contract: Contract, price: int, until: date) -> None:
    """Staff agree on another price for a while."""
    house = who.house
    overrides.agree(who.subscription(slug), Money(price, house.where.currency), "An old friend", today(house), until, by=house.staff_id)
    contract.agreed.append((today(house), until, price))


@dataclass
class Visit:
    """A booking, and what it took."""

    id: UUID
    who: Somebody
    contract: Contract | None
    day: date
    covered: int
    paid: int


def books(who: Somebody, contract: Contract | None, start: datetime, minutes: int) -> Visit:
    """Book the room; what the allowance does not cover is paid for."""
    house = who.house
    room = db.session.get_one(Resource, house.room_id)
    made = bookings.book(room, who.person, start, start + timedelta(minutes=minutes), by=who.person)
    day = clock.wall_day(start, house.where.zone)
    covered = min(minutes, contract.left(day)) if contract is not None else 0
    cost = half_up(house.hour * (minutes - covered), 60)
    if contract is not None and covered:
        contract.spent[day] = contract.spent.get(day, 0) + covered
    who.page.uses.append(cost)
    assert made.amount == cost, (who.name, day, made.amount, cost, covered)
    return Visit(made.id, who, contract, day, covered, cost)


def cancels(visit: Visit, *, in_time: bool) -> None:
    """Cancel: in time all comes back, later nothing does."""
    bookings.cancel(db.session.get_one(Booking, visit.id), by=visit.who.person)
    if in_time:
        visit.who.page.uses.append(-visit.paid)
        if visit.contract is not None and visit.covered:
            visit.contract.spent[visit.day] -= visit.covered


def takes_a_desk(who: Somebody, day: date) -> None:
    """Use one day of a pass."""
    desks = db.session.get_one(Resource, who.house.desks_id)
    made = bookings.book(desks, who.person, at(day, 11), at(day, 15), by=who.person)
    assert made.amount == 0
    who.page.days -= 1


def saves_a_card(who: Somebody, bank: Bank, card: str = GOOD) -> None:
    """Save a card, which every invoice is charged to from then on."""
    redirect = methods.start_saving(who.account, new_id(), PAGE, PAGE)
    bank.tell(f"checkout/{redirect.ref}", card=card)
    told = gateways.payments().fetch_checkout(redirect.ref).method
    assert told is not None
    methods.keep_method(who.account, told, default=True)


def pays_online(who: Somebody, bank: Bank, purpose: str, amount: Money) -> None:
    """Pay on the provider's page, and come back from it."""
    asked = paying.start_checkout(who.account, paying.Wish(purpose, amount, "Bill", PAGE, PAGE), new_id())
    bank.tell(f"checkout/{asked.redirect.ref}")
    settled = paying.look_again(asked.payment_id)
    assert settled is not None
    assert settled.state == "succeeded"


def buys_days(who: Somebody, bank: Bank, code: str = "") -> None:
    """Order a book of days and pay it at once; a code takes its share off."""
    house, offer = who.house, who.house.offers["days"]
    cost = offer.price - half_up(offer.price * PERCENT[code][0], 100)
    order = _ordered(who, "days", code, cost)
    pays_online(who, bank, orders.purpose_of(order), Money(cost, house.where.currency))
    who.page.uses.append(cost)
    who.page.days += offer.days


def orders_plan(who: Somebody, bank: Bank, slug: str) -> Contract:
    """Order a plan that begins at once, and pay for it in advance."""
    house, offer = who.house, who.house.offers[slug]
    order = _ordered(who, slug, "", offer.price + offer.fee)
    pays_online(who, bank, orders.purpose_of(order), Money(offer.price + offer.fee, house.where.currency))
    assert order.subscription_id is not None
    who.subscriptions[slug] = order.subscription_id
    who.page.contracts.append(Contract(offer, today(house)))
    return who.page.contracts[-1]


def _ordered(who: Somebody, slug: str, code: str, cost: int) -> Any:
    house = who.house
    wish = Wish(house.version(slug), today(house), code=code, begin_at_once=True)
    order = orders.place(who.person, who.account, orders.fill(wish, who.account, who.person, today(house)), uuid4().hex)
    assert order.amount == cost
    return order


def pays_deposit(who: Somebody) -> None:
    """Bring the deposit in cash."""
    deposit = db.session.scalars(sa.select(Deposit).where(Deposit.account_id == who.account_id)).one()
    amount = who.house.offers["fixed"].deposit
    recording.record(
        who.account, Money(amount, who.house.where.currency), "cash", today(who.house), payment_id=new_id(), purpose=deposits.purpose_of(deposit)
    )
    who.page.held.append(amount)


def gets_deposit_back(who: Somebody, kept: int) -> None:
    """Staff return the deposit but for what is kept, which pays what is owed."""
    deposit = db.session.scalars(sa.select(Deposit).where(Deposit.account_id == who.account_id)).one()
    back = deposits.finish(deposit, Money(kept, who.house.where.currency), "A broken lamp", by=who.house.staff_id)
    amount = who.house.offers["fixed"].deposit
    assert back.minor == amount - kept
    who.page.held.append(-amount)
    who.page.came.append(kept)


def open_bills(who: Somebody) -> list[Invoice]:
    """What they have to pay, the oldest first."""
    return balance.open_invoices(who.account)


def bill(house: House) -> None:
    """Bill everybody for all that is due today."""
    bill_runs.start(today(house), today(house), house.staff)


def bank_day(house: House) -> None:
    """Whoever pays by transfer did, and the bank's file is read: references match themselves."""
    rows = ["Date;Amount;Currency;Payer;Reference"]
    wanted = sa.select(Invoice).where(
        Invoice.account_id.in_(house.transfers), Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value
    )
    for invoice in db.session.scalars(wanted.order_by(Invoice.number)).all():
        owed = balance.open_amount(invoice).minor
        if owed > 0:
            rows.append(
                f"{today(house)};{owed // 100}.{owed % 100:02d};{house.where.currency};{house.payers[invoice.account_id].name};{invoice.reference}"
            )
            house.payers[invoice.account_id].came.append(owed)
    if len(rows) > 1:
        house.sent += 1
        matching.take_in(f"bank-{house.sent}.csv", "\n".join(rows).encode(), db.session.get_one(Operator, house.operator_id), by=house.staff_id)
        while matching.match_all() == matching.A_BATCH:
            pass


def gives_credit(who: Somebody, share: int, reason: str) -> Invoice:
    """Staff credit a share, in percent, of the first line of the latest invoice."""
    invoice = db.session.scalars(
        sa.select(Invoice)
        .where(Invoice.account_id == who.account_id, Invoice.kind == InvoiceKind.INVOICE.value)
        .order_by(Invoice.number.desc())
        .limit(1)
    ).one()
    amount = half_up(invoice.lines[0].gross * share, 100)
    who.page.notes.append(amount)
    return crediting.credit(invoice, {invoice.lines[0].id: Money(amount, invoice.currency)}, reason)


def sends_back(who: Somebody, note: Invoice) -> None:
    """Staff send back to the card what was credited."""
    paid = sa.select(Payment).where(Payment.account_id == who.account_id, Payment.provider == "stripe", Payment.state == "succeeded")
    payment = db.session.scalars(paid.order_by(Payment.received_at.desc()).limit(1)).one()
    refunding.refund(payment, note.total, "As credited", by=who.house.staff_id, refund_id=new_id(), credit_note=note)
