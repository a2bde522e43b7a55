"""Fourteen months of one house: who comes, what they do and when. Every house lives through the same story in its own money."""

from datetime import date, timedelta
from functools import partial

import pytest

from coworking.bookings.refusals import RuleBroken
from coworking.core.money import Money

from . import deeds
from .deeds import BROKE, GOOD, Bank
from .houses import House, at, comes, company
from .notebook import Contract

FIRST, LAST = date(2027, 12, 1), date(2029, 1, 31)


def day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


def write(house: House, bank: Bank, crowd: int) -> None:
    """Put down what will happen, and on which day."""
    for month in range(14):
        first = date(2027 + (11 + month) // 12, (11 + month) % 12 + 1, 1)
        house.on(first + timedelta(days=9), lambda: deeds.bank_day(house))
    for tell in (regular, month_end, failing, given_up, pauser, changer, firm, passes, newcomer, leaver, withdrawer, credited, foreigner):
        tell(house, bank)
    for number in range(crowd):
        extra(house, bank, number)
    for month in range(14):
        first = date(2027 + (11 + month) // 12, (11 + month) % 12 + 1, 1)
        house.on(first, lambda: deeds.bill(house))


def regular(house: House, bank: Bank) -> None:
    """Pays by transfer, and meets over the allowance: also in the nights in which the clocks change."""
    who = comes(house, "Regine")
    house.transfers.append(who.account_id)

    def begin() -> None:
        contract = deeds.joins(who, "flex")
        for offset in range(20, 420, 17):
            start = FIRST + timedelta(days=offset)
            house.on(start, partial(deeds.books, who, contract, at(start, 13), 90 + 30 * (offset % 6)))
        for night in (day("2028-03-26"), day("2028-10-29")):
            house.on(night - timedelta(days=1), partial(deeds.books, who, contract, at(night, 0), 180))

    house.on(FIRST, begin)


def month_end(house: House, bank: Bank) -> None:
    """Joined on the 31st: 29 February stands in for it, and 31 March comes back."""
    who = comes(house, "Maren")

    def begin() -> None:
        deeds.saves_a_card(who, bank)
        deeds.joins(who, "desk", code="THIRD")

    house.on(day("2027-12-31"), begin)


def failing(house: House, bank: Bank) -> None:
    """The card fails in April: on hold three weeks later, nothing can be booked, and paying opens everything at once."""
    who = comes(house, "Frida")

    def begin() -> None:
        deeds.saves_a_card(who, bank)
        contract = deeds.joins(who, "desk")
        house.on(day("2028-04-25"), lambda: pays(contract))

    def refused() -> None:
        assert who.account.standing == "hold"
        with pytest.raises(RuleBroken):
            deeds.books(who, None, at(day("2028-04-24"), 13), 60)

    def pays(contract: Contract) -> None:
        invoice = deeds.open_bills(who)[0]
        deeds.pays_online(who, bank, f"invoice:{invoice.id}", Money(invoice.gross, invoice.currency))
        assert who.account.standing == "good"
        deeds.books(who, contract, at(day("2028-04-26"), 13), 60)
        deeds.saves_a_card(who, bank, GOOD)

    house.on(day("2027-12-06"), begin)
    house.on(day("2028-03-20"), lambda: deeds.saves_a_card(who, bank, BROKE))
    house.on(day("2028-04-23"), refused)


def given_up(house: House, bank: Bank) -> None:
    """Pays no more from June on: ended 45 days after the invoice was due."""
    who = comes(house, "Gustav")
    house.transfers.append(who.account_id)

    def begin() -> None:
        contract = deeds.joins(who, "flex")
        house.on(day("2028-05-20"), lambda: house.transfers.remove(who.account_id))
        house.on(day("2028-07-29"), lambda: stands("hold"))
        house.on(day("2028-07-30"), lambda: ended(contract))

    def stands(how: str) -> None:
        assert who.account.standing == how

    def ended(contract: Contract) -> None:
        contract.ends_on = day("2028-07-30")
        stands("ended")
        assert who.subscription("flex").ends_on == contract.ends_on

    house.on(day("2028-01-17"), begin)


def pauser(house: House, bank: Bank) -> None:
    """Rests over the change to summer time and comes back early, and again over a whole month in autumn."""
    who = comes(house, "Petra")

    def begin() -> None:
        deeds.saves_a_card(who, bank)
        contract = deeds.joins(who, "flex")
        house.on(day("2028-03-10"), lambda: deeds.rests(who, "flex", contract, day("2028-03-20"), day("2028-04-29")))
        house.on(day("2028-04-18"), lambda: deeds.goes_on(who, "flex", contract, day("2028-04-21")))
        house.on(day("2028-09-28"), lambda: deeds.rests(who, "flex", contract, day("2028-10-11"), day("2028-12-02")))

    house.on(day("2028-01-15"), begin)


def changer(house: House, bank: Bank) -> None:
    """Up twice in one period, down at a renewal, up on the leap day itself, and another price for a while."""
    who = comes(house, "Charlotte")
    house.transfers.append(who.account_id)

    def begin() -> None:
        contract = deeds.joins(who, "flex", code="HALF")
        house.on(day("2028-01-05"), lambda: deeds.changes(who, "flex", contract, "desk"))
        house.on(day("2028-01-08"), lambda: deeds.changes(who, "flex", contract, "trial"))
        house.on(day("2028-02-29"), lambda: deeds.changes(who, "flex", contract, "desk"))
        house.on(day("2028-05-02"), lambda: deeds.changes(who, "flex", contract, "flex", now=False))
        house.on(day("2028-06-02"), lambda: deeds.agrees(who, "flex", contract, 177 * house.where.unit, day("2028-09-01")))
        house.on(day("2028-10-20"), lambda: deeds.changes(who, "flex", contract, "desk"))

    house.on(day("2027-12-20"), begin)


def firm(house: House, bank: Bank) -> None:
    """A company with seats and one allowance for all of them; a seat more at once, and one less later."""
    made, people = company(house, "Firm", ["Fanny", "Felix", "Fred"])
    boss = people[0]
    house.transfers.append(boss.account_id)

    def begin() -> None:
        contract = deeds.joins(boss, "team", company=made, seats=4)
        house.on(day("2028-03-07"), lambda: deeds.changes(boss, "team", contract, "team", seats=6))
        house.on(day("2028-08-07"), lambda: deeds.changes(boss, "team", contract, "team", seats=3, now=False))
        for offset in range(10, 400, 13):
            start = day("2027-12-02") + timedelta(days=offset)
            who = people[offset % 3]
            house.on(start, partial(deeds.books, who, contract, at(start, 11), 480))

    house.on(day("2027-12-02"), begin)


def passes(house: House, bank: Bank) -> None:
    """No plan, but days at a desk, once with a code; and a room now and then, cancelled in time and too late."""
    who = comes(house, "Paul")
    house.transfers.append(who.account_id)
    house.on(day("2028-02-10"), lambda: deeds.buys_days(who, bank))
    house.on(day("2028-07-03"), lambda: deeds.buys_days(who, bank, code="HALF"))
    for offset in range(12):
        when = day("2028-02-14") + timedelta(days=18 * offset)
        house.on(when - timedelta(days=1), partial(deeds.takes_a_desk, who, when))

    def in_time() -> None:
        visit = deeds.books(who, None, at(day("2028-05-20"), 15), 120)
        house.on(day("2028-05-18"), lambda: deeds.cancels(visit, in_time=True))

    def too_late() -> None:
        visit = deeds.books(who, None, at(day("2028-06-12"), 15), 75 * 2)
        house.on(day("2028-06-12"), lambda: deeds.cancels(visit, in_time=False))

    house.on(day("2028-05-15"), in_time)
    house.on(day("2028-06-10"), too_late)


def newcomer(house: House, bank: Bank) -> None:
    """Tries for ten days, stays, and leaves with notice."""
    who = comes(house, "Nora")

    def begin() -> None:
        deeds.saves_a_card(who, bank)
        contract = deeds.joins(who, "trial")
        house.on(day("2028-09-14"), lambda: deeds.leaves(who, "trial", contract))

    house.on(day("2028-01-21"), begin)


def leaver(house: House, bank: Bank) -> None:
    """Pays a deposit and a fee, leaves with notice in the middle of a period; some of the deposit is kept."""
    who = comes(house, "Lars")
    house.transfers.append(who.account_id)

    def begin() -> None:
        contract = deeds.joins(who, "fixed")
        deeds.pays_deposit(who)
        house.on(day("2028-08-20"), lambda: deeds.leaves(who, "fixed", contract))

    house.on(day("2028-02-11"), begin)
    house.on(day("2028-10-05"), lambda: deeds.gets_deposit_back(who, 111 * house.where.unit))


def withdrawer(house: House, bank: Bank) -> None:
    """Orders, pays by card, uses five days, and withdraws from the contract."""
    who = comes(house, "Wilma")

    def begin() -> None:
        contract = deeds.orders_plan(who, bank, "fixed")
        house.on(day("2028-05-27"), lambda: deeds.withdraws(who, "fixed", contract))

    house.on(day("2028-05-22"), begin)


def credited(house: House, bank: Bank) -> None:
    """On a plan of three months; staff credit a third of a line, and another time send money back to the card."""
    who = comes(house, "Carla")

    def begin() -> None:
        deeds.saves_a_card(who, bank)
        deeds.joins(who, "quarter")

    house.on(day("2028-01-04"), begin)
    house.on(day("2028-05-06"), lambda: deeds.sends_back(who, deeds.gives_credit(who, 33, "The lift stood still")))
    house.on(day("2028-08-06"), lambda: deeds.gives_credit(who, 17, "The heating failed"))


def foreigner(house: House, bank: Bank) -> None:
    """A German business has its mail taken in: from France it accounts for the VAT itself."""
    who = comes(house, "Gesine", country="DE", is_business=True, vat_number="DE136695976", vat_check="format")
    house.transfers.append(who.account_id)
    house.on(day("2028-03-15"), lambda: deeds.joins(who, "mail"))


def extra(house: House, bank: Bank, number: int) -> None:
    """One more of many: on some plan from some day on, by card or by transfer, with a booking a month."""
    who = comes(house, f"Member{number}")
    slug, start = ("flex", "desk", "trial")[number % 3], FIRST + timedelta(days=(number * 37) % 200)
    if number % 2:
        house.transfers.append(who.account_id)

    def begin() -> None:
        if number % 2 == 0:
            deeds.saves_a_card(who, bank)
        contract = deeds.joins(who, slug, code="HALF" if number % 5 == 0 else "")
        for month in range(1, 7):
            when = start + timedelta(days=31 * month + number % 9)
            # Who pays by transfer does so on the 10th, and is on hold from two weeks after the due day until then.
            when = when if 11 <= when.day <= 28 else when.replace(day=11 + number % 17)
            hour = 11 + number % 9
            house.on(when, partial(deeds.books, who, contract, at(when, hour), 60 + 30 * (number % 4)))

    house.on(start, begin)
