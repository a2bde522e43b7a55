"""Fourteen months in three houses: the charges, the invoices, the ledger, the bank and the papers agree to the minor unit."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.billing import bill_runs, papers
from coworking.billing.models import Charge
from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.memberships import periods
from coworking.papers import cii
from coworking.tax import rates
from tests.billing.till import double_running, pointed_at
from tests.papers.schemas import CII_RULES, rule_faults, schema_faults

from . import deeds, files, story
from .days import Diary, inside, live
from .houses import COUNTRIES, SUMMER, Country, House, at, open_house
from .reckoning import differences

MEMORY = Path("/dev/shm")
MONTH_ENDS = frozenset(date(2028 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(14))


@pytest.fixture
def provider(app: Flask, tmp_path: Path) -> Iterator[Any]:
    """The double of Stripe over HTTP, with a book that starts empty."""
    before = app.extensions["coworking.config"]
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as folder, double_running(Path(folder)) as (url, store):
        pointed_at(app, url)
        yield deeds.Bank(url), store
    app.extensions["coworking.config"] = before


@pytest.fixture(autouse=True)
def _nothing_waits_for_the_disk(app: Flask) -> Iterator[None]:
    """Tens of thousands of small transactions: what a power cut would do to them is others' business."""

    def careless(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return
    engine.dispose()
    sa.event.listen(engine, "connect", careless)
    yield
    sa.event.remove(engine, "connect", careless)
    engine.dispose()


@pytest.fixture(autouse=True)
def _summer_brings_another_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rates.STANDARD, "NO", (*rates.STANDARD["NO"], rates.Dated(SUMMER, 2350)))
    monkeypatch.setattr(bill_runs, "BREATH", timedelta(0))


@contextmanager
def at_work(app: Flask, *, mails: bool = False) -> Iterator[Diary]:
    """Somebody who does the jobs, in place of the queue."""
    queue = app.extensions["coworking.jobs"]
    diary = app.extensions["coworking.jobs"] = Diary(app, mails)
    try:
        yield diary
    finally:
        app.extensions["coworking.jobs"] = queue


def opened(app: Flask, bank: deeds.Bank, crowd: int, countries: Sequence[Country] = COUNTRIES) -> list[House]:
    """The houses, connected to the provider, with their story ahead of them."""
    houses = []
    with time_machine.travel(at(story.FIRST - timedelta(days=1), 9), tick=False):
        for where in countries:
            with app.app_context(), tenancy.across_operators():
                house = open_house(where)
            with inside(app, house):
                deeds.connect(house)
                story.write(house, bank, crowd)
            houses.append(house)
    return houses


def reckon(app: Flask, houses: Sequence[House], store: Any, day: date) -> list[str]:
    """Every difference in every house."""
    found = []
    for house in houses:
        with inside(app, house):
            found += [f"{day} {house.where.slug}: {each}" for each in differences(house, store, day)]
    return found


def file(app: Flask, houses: Sequence[House]) -> list[str]:
    """What the accountant's files and the papers say otherwise, in every house."""
    found = []
    for house in houses:
        with inside(app, house):
            found += [
                f"{house.where.slug} {each}" for each in (*files.differences(house, story.FIRST, story.LAST), *files.papers_that_do_not_add_up())
            ]
    return found


def faults(app: Flask, houses: Sequence[House], of_each: int) -> list[str]:
    """What the schema and the rules of EN 16931 find in some of the papers."""
    found = []
    for house in houses:
        with inside(app, house):
            for invoice in files.samples(of_each):
                for xml in (cii.invoice(papers.paper_of(invoice)), papers.xml(invoice)):
                    found += [f"{invoice.label} {each}" for each in schema_faults(xml)]
                found += [f"{invoice.label} {each}" for each in rule_faults(cii.invoice(papers.paper_of(invoice)), CII_RULES)]
    return found


def lived(app: Flask, provider: Any, crowd: int, countries: Sequence[Country], last: date, *, mails: bool = False) -> tuple[list[House], list[str]]:
    """The houses after their story, and every difference that stood at the end of a month."""
    bank, store = provider
    found: list[str] = []
    with at_work(app, mails=mails) as diary:
        houses = opened(app, bank, crowd, countries)

        def each_day(day: date) -> None:
            if day in MONTH_ENDS:
                found.extend(reckon(app, houses, store, day))

        live(app, diary, houses, story.FIRST, last, each_day)
        diary.ring(("billing.reconcile",))
    return houses, found


def test_fourteen_months_agree_to_the_minor_unit(app: Flask, provider: Any) -> None:
    houses, found = lived(app, provider, 0, COUNTRIES, story.LAST)
    assert found == []
    assert file(app, houses) == []
    assert faults(app, houses, 1) == []
    with app.app_context(), tenancy.across_operators():
        charge = db.session.scalars(sa.select(Charge).where(Charge.invoice_id.is_not(None)).limit(1)).one()
        charge.amount += 1
        db.session.commit()
    assert len(reckon(app, houses, provider[1], story.LAST)) >= 2, "one minor unit must show in what was charged and on the invoice"


def test_a_proration_that_rounds_down_is_noticed(app: Flask, provider: Any, monkeypatch: pytest.MonkeyPatch) -> None:

    def rounded_down(price: Money, before: int, after: int, of_days: int) -> Money:
        return Money(price.minor * after // of_days - price.minor * before // of_days, price.currency)

    monkeypatch.setattr(periods, "difference", rounded_down)
    _houses, found = lived(app, provider, 0, COUNTRIES[:1], date(2028, 3, 31))
    assert any("was charged" in each for each in found)


@pytest.mark.heavy
def test_a_hundred_members_a_house_agree_too(app: Flask, provider: Any) -> None:
    houses, found = lived(app, provider, 90, COUNTRIES, story.LAST, mails=True)
    assert found == []
    assert file(app, houses) == []
    assert faults(app, houses, 40) == []
