"""One row of every table that goes by itself, as it stands after its moment, for tests that move the clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from coworking.billing.models import ProviderEvent
from coworking.core.db import db
from coworking.core.outbox import SENT, OutboxAttachment, OutboxMail
from coworking.enquiries.models import Enquiry
from coworking.memberships.models import Order
from coworking.people.company import Company, SeatInvitation
from coworking.people.models import Attempt, LinkWish, MailedLink, Person, SignInSession
from coworking.privacy.models import AccessEntry, Consent, LegalHold, PrivacyRequest, ProblemReport
from coworking.spaces.models import Resource
from tests.billing.helpers import account
from tests.cast import House
from tests.memberships.helpers import a_plan
from tests.privacy.past import booking

Make = Callable[[House, datetime], Any]
A_BIT = timedelta(minutes=5)
_numbers = count(1)


def _booking(house: House, moment: datetime) -> Any:
    return booking(_room(house), _alice(house), moment - timedelta(hours=1), guest="")


def _guest(house: House, moment: datetime) -> Any:
    return booking(_room(house), _alice(house), moment - timedelta(hours=1), guest="gro@example.com").guests[0]


def _enquiry(house: House, moment: datetime) -> Any:
    return Enquiry(name="Gro", email="gro@example.com", message="Hei", locale="nb", created_at=moment - A_BIT, closed_at=moment)


def _session(house: House, moment: datetime) -> Any:
    return SignInSession(
        person_id=house.alice.id, token_hash=_hash(), browser="Firefox/Linux", created_at=moment - A_BIT, expires_at=moment + timedelta(days=30),
        ended_at=moment,
    )  # fmt: skip


def _link(house: House, moment: datetime) -> Any:
    return MailedLink(
        person_id=house.alice.id, purpose="reset", token_hash=_hash(), address="a@kvartal.example", created_at=moment - A_BIT, expires_at=moment
    )


def _wish(house: House, moment: datetime) -> Any:
    return LinkWish(kind="reset", email="nobody@example.com", created_at=moment)


def _invitation(house: House, moment: datetime) -> Any:
    company = Company(name="Nordlys")
    db.session.add(company)
    db.session.flush()
    return SeatInvitation(company_id=company.id, email="gro@example.com", token_hash=_hash(), created_at=moment - A_BIT, expires_at=moment)


def _attempt(house: House, moment: datetime) -> Any:
    return Attempt(key="sign_in:someone", at=moment)


def _mail(house: House, moment: datetime) -> Any:
    file = OutboxAttachment(position=0, name="x.ics", content_type="text/calendar", data=b"x")
    return OutboxMail(
        operator_id=house.operator.id, message_id=_hash(), to="alice@kvartal.example", from_name="Kvartal", subject="Hi", text="Hi", html="Hi", locale="en",
        state=SENT, created_at=moment, attachments=[file],
    )  # fmt: skip


def _attachment(house: House, moment: datetime) -> Any:
    mail = _mail(house, moment)
    db.session.add(mail)
    db.session.flush()
    return mail.attachments[0]


def _event(house: House, moment: datetime) -> Any:
    return ProviderEvent(provider="stripe", event_ref=_hash()[:40], kind="charge.succeeded", object_ref="ch_1", received_at=moment)


def _order(house: House, moment: datetime) -> Any:
    payer = account(house.alice)
    return Order(
        person_id=house.alice.id, account_id=payer.id, version_id=a_plan(f"plan{next(_numbers)}").id, state="done", starts_on=moment.date(),
        idempotency_key=_hash(), created_at=moment,
    )  # fmt: skip


def _access(house: House, moment: datetime) -> Any:
    return AccessEntry(person_id=house.alice.id, by_id=house.siri.id, by_role="front_desk", page="desk.person", purpose="booking", at=moment)


def _request(house: House, moment: datetime) -> Any:
    return PrivacyRequest(
        reference=_hash()[:12], kind="access", channel="link", state="done", email="gro@example.com", name="Gro", words="What do you have",
        received_at=moment - A_BIT, due_on=moment.date(), answered_at=moment,
    )  # fmt: skip


def _consent(house: House, moment: datetime) -> Any:
    return Consent(
        key="news", receipt=_hash()[:16], email="gro@example.com", words_hash="x", words="Yes", locale="en", how="footer", asked_at=moment - A_BIT,
        given_at=moment - A_BIT, withdrawn_at=moment,
    )  # fmt: skip


def _problem(house: House, moment: datetime) -> Any:
    return ProblemReport(
        reference=_hash()[:12],
        email="gro@example.com",
        words="My name is wrong",
        locale="en",
        received_at=moment - A_BIT,
        due_at=moment,
        closed_at=moment,
    )


def _hold(house: House, moment: datetime) -> Any:
    day = moment.date()
    return LegalHold(
        person_id=house.alice.id, reason="A claim", keys=["order.record"], starts_on=day - timedelta(days=9), ends_on=day + timedelta(days=90), review_on=day,
        ended_at=moment,
    )  # fmt: skip


def _hash() -> str:
    return f"{next(_numbers):064d}"[::-1]


def _alice(house: House) -> Person:
    return db.session.get_one(Person, house.alice.id)


def _room(house: House) -> Resource:
    return db.session.get_one(Resource, house.fjord.id)


MAKERS: dict[str, Make] = {
    "booking": _booking,
    "booking_guest": _guest,
    "enquiry": _enquiry,
    "sign_in_session": _session,
    "mailed_link": _link,
    "link_wish": _wish,
    "seat_invitation": _invitation,
    "attempt": _attempt,
    "outbox_mail": _mail,
    "outbox_attachment": _attachment,
    "provider_event": _event,
    "purchase_order": _order,
    "access_entry": _access,
    "privacy_request": _request,
    "consent": _consent,
    "problem_report": _problem,
    "legal_hold": _hold,
}
