"""The life of one member at a house, through the verbs that pages call, with a word of its own in everything she types."""

import io
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, current_app
from PIL import Image

from coworking.billing import allocating, invoicing
from coworking.billing.accounts import account_of
from coworking.billing.models import BankFile, BankLine, Charge, Payment, PaymentMethod, PaymentState
from coworking.bookings import booking
from coworking.bookings.guests import Guest
from coworking.core import clock, files, mail, tenancy
from coworking.core.db import Base, db
from coworking.core.jobs import enqueue
from coworking.core.jobs.running import carry_out
from coworking.enquiries.models import Enquiry
from coworking.memberships.models import Subscription
from coworking.payments.failures import PaymentError
from coworking.people import accounts, companies, links, photos, sessions, throttle
from coworking.people.company import Seat
from coworking.people.models import Person
from coworking.privacy.models import (
    AccessEntry,
    Consent,
    InactivityNotice,
    MailChoice,
    Objection,
    PrivacyRequest,
    ProblemReport,
    Restriction,
    Statement,
)  # fmt: skip
from coworking.spaces.models import Resource
from tests.billing.helpers import charged
from tests.billing.till import Till
from tests.cast import House
from tests.memberships.helpers import a_plan, on_plan
from tests.privacy import past

BEGAN = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
"""A Monday in spring, long before any test takes place."""


@dataclass
class Life:
    """Who it is, and every word that leads back to her."""

    person_id: UUID
    email: str
    name: str
    words: dict[str, str]
    photo: str = ""
    numbers: set[str] = field(default_factory=set)

    @property
    def traces(self) -> set[str]:
        """What must be found nowhere but in what a law holds: her words, her address, her number."""
        return {self.email, self.name, self.person_id.hex, str(self.person_id), self.photo, *self.words.values(), *self.numbers} - {""}


def lived(house: House, tag: str = "Zorvane") -> Life:
    """A member with everything: account, photo, bookings with guests, plan, invoices, payments, messages, and rights that she used."""
    low = tag.lower()
    words = {
        key: f"{key}-{low}-4711" for key in ("job", "about", "company", "title", "guest", "enquiry", "statement", "objection", "report", "asked")
    }
    with clock.standing_at(BEGAN):
        person = Person(name=f"Quilla {tag}", email=f"quilla@{low}.example", email_confirmed_at=clock.now(), password_hash=f"hash-{low}", locale="en")
        db.session.add(person)
        db.session.flush()
        life = Life(person.id, person.email, person.name, words, numbers={f"+47555{low}", f"hash-{low}", f"tok_{low}", f"{low}-street"})
        person.phone, person.job_title, person.about, person.company = f"+47555{low}", words["job"], words["about"], words["company"]
        life.photo = _photo(person)
        _signs_in(person)
        _writes(person, words)
        _sits(house, person, low)
        _books(house, person, words, low)
        _pays(house, person, low)
        _uses_rights(house, person, words)
        _works(house, person)
    db.session.flush()
    return life


def _photo(person: Person) -> str:
    data = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(data, "PNG")
    person_id = person.id
    db.session.commit()
    photos.keep(db.session.get_one(Person, person_id), data.getvalue())
    key = db.session.get_one(Person, person_id).photo_file
    assert key is not None
    files.store_beside(key, b"avif", "image/avif")
    db.session.flush()
    return key.rpartition("/")[2].partition(".")[0]


def _signs_in(person: Person) -> None:
    sessions.start(person, keep=False, browser="Firefox/Linux")
    links.make(person, links.Purpose.SIGN_IN)
    throttle.count(throttle.SIGN_IN, person.email, "192.0.2.7")
    enqueue(accounts.WELCOME, person_id=str(person.id), by_id=str(person.id))


def _writes(person: Person, words: dict[str, str]) -> None:
    db.session.add(Enquiry(name=person.name, email=person.email.upper(), message=words["enquiry"], locale="en"))
    mail.post(to=person.email, template="emails/people/password_changed", locale="en", person=person)
    # To staff, about her.
    mail.post(to="siri@kvartal.example", template="emails/people/welcome", locale="en", person=person, by=person, url=f"/{person.id}")


def _sits(house: House, person: Person, low: str) -> None:
    bob = db.session.get_one(Person, house.bob.id)
    sitting = companies.seat_of(bob)
    company = sitting.company if sitting is not None else companies.found("Fjord AS", bob)
    db.session.add(Seat(company_id=company.id, person_id=person.id, admin=False, joined_at=clock.now(), left_at=clock.now()))
    companies.invite(company, person.email, db.session.get_one(Person, house.bob.id))
    db.session.flush()


def _books(house: House, person: Person, words: dict[str, str], low: str) -> None:
    start = BEGAN + timedelta(hours=len(low) % 7)
    for number in range(2):
        made = booking.book(
            db.session.get_one(Resource, house.vidde.id), person, start + timedelta(days=number), start + timedelta(days=number, hours=1), by=person, title=words["title"],
            guests=[Guest(name=f"Guest {low}", email=f"{words['guest']}@{low}.example")],
        )  # fmt: skip
        with clock.standing_at(made.starts_at):
            booking.check_in(made)


def _pays(house: House, person: Person, low: str) -> None:
    plan = a_plan(slug=f"plan-{low}")
    subscription = on_plan(person, plan, BEGAN.date())
    payer = account_of(person)
    payer.street, payer.provider_customer = f"{low}-street", f"cus_{low}"
    db.session.add(PaymentMethod(account_id=payer.id, provider="stripe", token=f"tok_{low}", kind="card", last4="4242"))
    one = charged(payer, source_key=f"life:{low}", due_from=BEGAN.date(), period_start=BEGAN.date(), period_end=BEGAN.date())
    one.person_id = person.id
    db.session.flush()
    drafted = invoicing.draft(payer, (BEGAN + timedelta(days=40)).date())
    assert drafted is not None
    issued = invoicing.issue(drafted, BEGAN.date())
    method_id = db.session.scalar(sa.select(PaymentMethod.id).where(PaymentMethod.account_id == payer.id))
    payment = Payment(
        account_id=payer.id, how="card", idempotency_key=f"life:{low}", amount=issued.gross, currency=issued.currency, method_id=method_id,
        state=PaymentState.SUCCEEDED.value, received_at=clock.now(), recorded_by_id=person.id,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    allocating.allocate(payment)
    _bank(payment, person)
    ended = db.session.get_one(Subscription, subscription.id)
    ended.state, ended.ends_on, ended.next_on = "ended", (BEGAN + timedelta(days=31)).date(), None
    for charge in db.session.scalars(sa.select(Charge).where(Charge.account_id == payer.id, Charge.invoice_id.is_(None))):
        charge.waived_at = clock.now()


def _bank(payment: Payment, person: Person) -> None:
    file = BankFile(name="bank.csv", kind="csv", sha256=payment.id.hex, read_by_id=person.id)
    db.session.add(file)
    db.session.flush()
    db.session.add(
        BankLine(
            file_id=file.id,
            booked_on=BEGAN.date(),
            amount=payment.amount,
            currency=payment.currency,
            payer=person.name,
            payment_id=payment.id,
            fingerprint=payment.id.hex,
            state="matched",
        )
    )


def _uses_rights(house: House, person: Person, words: dict[str, str]) -> None:
    today = clock.now().date()
    db.session.add_all(
        [
            Statement(person_id=person.id, about="person.name", words=words["statement"]),
            Restriction(person_id=person.id, reason="accuracy", lifted_at=clock.now()),
            Objection(person_id=person.id, purpose="news", words=words["objection"], state="withdrawn"),
            Consent(key="news", receipt=f"r{person.id.hex[-12:]}", person_id=person.id, email=person.email, words_hash="0" * 64, words="News", locale="en", how="profile"),
            MailChoice(email=person.email, mail_class="news", wanted=False, how="profile"),
            PrivacyRequest(reference=person.id.hex[-12:], kind="question", channel="email", state="done", person_id=person.id, email=person.email,
                           name=person.name, words=words["asked"], due_on=today, answered_at=clock.now()),
            AccessEntry(person_id=person.id, by_id=house.siri.id, by_role="front_desk", page="desk.person", purpose="booking"),
            ProblemReport(reference=person.id.hex[-12:], email=person.email, words=words["report"], locale="en", due_at=clock.now()),
            InactivityNotice(person_id=person.id, step=60, since=today),
        ]
    )  # fmt: skip


def _works(house: House, person: Person) -> None:
    """She once helped at the desk: rows of others name her."""
    db.session.add(Enquiry(name="Kari", email="kari@else.example", message="Hi", locale="nb", closed_at=clock.now(), closed_by_id=person.id))
    others = past.booked(house, db.session.get_one(Person, house.bob.id), BEGAN.date(), len(person.name))
    others.booked_by_id = person.id
    db.session.flush()


def found(traces: set[str]) -> dict[str, set[str]]:
    """``table.column`` to the traces that stand in it, over every table of every operator, the queue and the files."""
    db.session.flush()
    places: dict[str, set[str]] = {}
    with tenancy.across_operators():
        for table in Base.metadata.sorted_tables:
            for row in db.session.connection().execute(sa.select(table)).mappings():
                for column, value in row.items():
                    _look(places, f"{table.name}.{column}", value, traces)
        if db.engine.dialect.name == "postgresql":
            for queued in db.session.connection().execute(sa.text("SELECT task_name, args::text FROM procrastinate_jobs")):
                _look(places, f"procrastinate_jobs.{queued[0]}", queued[1], traces)
    folder = current_app.extensions["coworking.config"].data_dir / "files"
    for path in folder.rglob("*"):
        # The journal names the number of the account, and the test of the journal looks at what else it says.
        if path.is_file() and "erasures" not in path.parts:
            _look(places, "files", f"{path} {path.read_bytes()!r}", traces)
    return places


def _look(places: dict[str, set[str]], where: str, value: Any, traces: set[str]) -> None:
    if value is None or isinstance(value, bool | int):
        return
    text = (value.decode(errors="replace") if isinstance(value, bytes) else value.hex if isinstance(value, UUID) else str(value)).lower()
    told = {trace for trace in traces if trace.lower() in text}
    if told:
        places.setdefault(where, set()).update(told)


def work_off(app: Flask, house: House) -> list[str]:
    """Do every job that waits, but for those that nobody can do here; returns their names."""
    done: list[str] = []
    till = Till(app, house, "", cast("Any", None))
    while batch := till._due_jobs():
        for order in batch:
            done.append(order.name)
            db.session.remove()
            with suppress(PaymentError):
                carry_out(app, order, lambda: None)
    return done
