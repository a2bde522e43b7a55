"""A hundred issues at once, many of them taken back at the last moment: no gap, no number twice, and the chain holds.

The control takes numbers as a database's sequence does, which no rollback gives back: it must leave gaps.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.billing import hashing, invoicing, numbering
from coworking.billing.models import Invoice, InvoiceSeries
from coworking.core import tenancy
from coworking.core.db import db
from tests.billing.helpers import DAY, account, charged
from tests.cast import House

AT_ONCE = 100


def _drafts(app: Flask, house: House) -> list[UUID]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        payers = [account(person) for person in (house.alice, house.bob, house.siri, house.mats, house.arne, house.olga)]
        ids = []
        for number in range(AT_ONCE):
            payer = payers[number % len(payers)]
            drafted = invoicing.draft(payer, DAY, charges=[charged(payer, 1_000 + number)])
            assert drafted is not None
            ids.append(drafted.id)
        db.session.commit()
    return ids


def _issue_all(app: Flask, house: House, ids: list[UUID]) -> int:
    """Issue them all at once; how often an issue was rolled back on the way."""
    start = Barrier(len(ids))

    def one(invoice_id: UUID) -> int:
        chance = random.Random(invoice_id.int)
        start.wait()
        rolled_back = 0
        while True:
            with app.app_context(), tenancy.acting_for(house.operator.id):
                invoicing.issue(db.session.get_one(Invoice, invoice_id), DAY)
                if chance.random() < 0.5:
                    db.session.commit()
                    return rolled_back
                db.session.rollback()
                rolled_back += 1

    with ThreadPoolExecutor(len(ids)) as pool:
        return sum(pool.map(one, ids))


def _numbers(app: Flask, house: House) -> tuple[list[int | None], hashing.Broken | None]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        numbers = list(db.session.scalars(sa.select(Invoice.number).order_by(Invoice.number)))
        return numbers, hashing.verify("KV")


@pytest.mark.repeated
@pytest.mark.proves("W2G-43")
def test_a_hundred_at_once_with_rollbacks_leave_no_gap(app: Flask, bergen: House) -> None:
    rolled_back = _issue_all(app, bergen, _drafts(app, bergen))
    assert rolled_back > 20
    assert _numbers(app, bergen) == (list(range(1, AT_ONCE + 1)), None)


@pytest.mark.repeated
def test_control_a_sequence_leaves_gaps(app: Flask, bergen: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "taken", _like_a_sequence(numbering.taken))
    _issue_all(app, bergen, _drafts(app, bergen))
    numbers, broken = _numbers(app, bergen)
    assert numbers != list(range(1, AT_ONCE + 1))
    assert broken is not None
    assert broken.why == "missing"


def _like_a_sequence(taken: Callable[[str], InvoiceSeries]) -> Callable[[str], InvoiceSeries]:
    handed_out = count(1)

    def careless(series: str) -> InvoiceSeries:
        counter = taken(series)
        counter.next_number = next(handed_out)
        return counter

    return careless


def test_the_first_two_papers_of_a_series_may_come_at_once(app: Flask, bergen: House) -> None:
    ids = _drafts(app, bergen)[:2]
    _issue_all(app, bergen, ids)
    numbers, broken = _numbers(app, bergen)
    assert [number for number in numbers if number] == [1, 2]
    assert broken is None
