"""One object of each kind that an address can name, in the house of the outsider; and the same shape of nothing."""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from PIL import Image
from werkzeug.routing import Rule

from coworking.bookings.models import Booking, BookingGuest
from coworking.core import clock, files, tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.core.permissions import Permission
from coworking.core.texts import Texts
from coworking.demo.stripe_double import accounts, checkout, customers, portal, setups
from coworking.demo.stripe_double import pages as stripe_pages
from coworking.demo.stripe_double.calls import Call
from coworking.enquiries.models import Enquiry
from coworking.memberships.models import Order, Pause, Plan, PlanVersion, PriceOverride, VersionNotice
from coworking.memberships.subscribing import Wish, subscribe
from coworking.operators.models import Operator
from coworking.people import links
from coworking.people.links import Purpose
from coworking.people.models import Person, SignInSession
from coworking.people.sign_in import start_session
from coworking.privacy.policy.publishing import publish_first
from coworking.spaces.models import Equipment, OpeningException, Photo, Resource, ResourceEquipment
from tests.architecture.cases import fill_cases
from tests.architecture.keeping import fill_keeping
from tests.architecture.money import fill_money
from tests.cast import House

PURPOSES = {
    "people.confirm": Purpose.CONFIRM,
    "people.sign_in_by_link": Purpose.SIGN_IN,
    "people.new_password": Purpose.RESET,
    "people.new_email": Purpose.NEW_EMAIL,
    "memberships.leave_by_link": Purpose.LEAVE,
    "memberships.confirm_by_link": Purpose.LEAVE,
}
SLUG = "loire"
"""Of a room that only the outsider has."""


@dataclass(slots=True)
class World:
    """What the outsider's house holds, by the name that routes give it."""

    values: dict[str, Any]
    tokens: dict[str, str]

    def foreign(self, rule: Rule) -> dict[str, Any]:
        """Values for the address that name the outsider's objects. An unknown name is a KeyError: add it to ``fill``."""
        return {name: self.tokens[rule.endpoint] if name == "token" else self.values[name] for name in rule.arguments}

    def nothing(self, rule: Rule) -> dict[str, Any]:
        """Values of the same shape that name nothing at all."""
        return {name: _nothing(name, value) for name, value in self.foreign(rule).items()}


def _nothing(name: str, value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    made: dict[str, Callable[[], Any]] = {
        "slug": lambda: "nowhere",
        "token": lambda: "x" * len(str(value)),
        "version_number": lambda: 999_999,
        "number": lambda: "R-NOBODY",
        "visit_ref": lambda: "cs_test_" + "x" * 24,
        "intent_ref": lambda: "seti_" + "x" * 24,
        "account_ref": lambda: "acct_" + "x" * 24,
        "portal_ref": lambda: "bps_" + "x" * 24,
        "about": lambda: "person.nothing",
        "key": lambda: f"private/{uuid.uuid4()}/{'x' * 22}.webp",
    }
    return made[name]() if name in made else value


def fill(app: Flask, house: House, slug: str = SLUG) -> World:
    """Put one of everything into ``house``, in a room under ``slug``."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        room = db.session.get_one(Resource, house.vidde.id)
        room.slug, room.name = slug, slug.title()
        item = Equipment(key="screen", name=Texts(fr="Écran"))
        start = clock.now() + timedelta(days=2)
        booking = Booking(
            resource_id=room.id, person_id=house.alice.id, starts_at=start, ends_at=start + timedelta(hours=1), held_until=start + timedelta(hours=1), currency="EUR", amount=100
        )  # fmt: skip
        exception = OpeningException(location_id=house.location.id, day=clock.today("Europe/Paris"), reason="Fermé")
        enquiry = Enquiry(name="Luc", email="luc@example.org", message="Bonjour", locale="fr")
        mail = OutboxMail(
            operator_id=house.operator.id,
            message_id=f"one@{house.host}",
            to="luc@example.org",
            from_name="R",
            subject="Secret",
            text="Secret",
            html="Secret",
            locale="fr",
        )
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "WEBP")
        keys = [files.store("private", picture.getvalue(), "image/webp"), files.store("public", picture.getvalue(), "image/webp")]
        photo = Photo(resource_id=room.id, large_file=keys[1], small_file=keys[1], width=8, height=8, alt=Texts(fr="La table"))
        plan = Plan(slug=slug, versions=[PlanVersion(operator_id=house.operator.id, number=1, name=Texts(fr="Carte"), amount=9900, currency="EUR")])
        db.session.add_all([item, booking, exception, enquiry, mail, photo, plan])
        db.session.flush()
        guest = BookingGuest(booking_id=booking.id, email="guest@example.org")
        db.session.add_all([guest, ResourceEquipment(resource_id=room.id, equipment_id=item.id)])
        start_session(db.session.get_one(Person, house.alice.id), keep=False)
        sold = subscribe(db.session.get_one(Person, house.alice.id), Wish(plan.current, clock.today("Europe/Paris")), clock.today("Europe/Paris"))
        pause = Pause(
            subscription_id=sold.id,
            starts_on=clock.today("Europe/Paris") + timedelta(days=9),
            ends_on=clock.today("Europe/Paris") + timedelta(days=19),
        )
        notice = VersionNotice(subscription_id=sold.id, version_id=plan.current.id, effective_on=clock.today("Europe/Paris"), needs_consent=True)
        override = PriceOverride(subscription_id=sold.id, amount=100, currency="EUR", reason="Ami", starts_on=clock.today("Europe/Paris"))
        bought = Order(
            person_id=house.alice.id,
            account_id=sold.account_id,
            version_id=plan.current.id,
            starts_on=clock.today("Europe/Paris"),
            idempotency_key="bought",
        )
        db.session.add_all([pause, notice, override, bought])
        db.session.flush()
        tokens = {endpoint: links.make(db.session.get_one(Person, house.bob.id), purpose) for endpoint, purpose in PURPOSES.items()}
        tokens["memberships.leave_by_link"] = tokens["memberships.confirm_by_link"]
        session = db.session.scalars(sa.select(SignInSession)).first()
        assert session is not None
        values = {
            "room_id": room.id, "resource_id": room.id, "slug": slug, "location_id": house.location.id, "booking_id": booking.id, "block_id": booking.id, "guest_id": guest.id,
            "person_id": house.alice.id, "session_id": session.id, "exception_id": exception.id, "equipment_id": item.id, "photo_id": photo.id,
            "enquiry_id": enquiry.id, "mail_id": mail.id, "plan_id": plan.id, "subscription_id": sold.id, "pause_id": pause.id, "notice_id": notice.id, "order_id": bought.id, "override_id": override.id, "key": keys[0], "about": "person.name", "position": 0, "kind": "join",
        }  # fmt: skip
        published = publish_first(db.session.get_one(Operator, house.operator.id))
        assert published is not None
        # Long enough to be found in an answer and nowhere by chance.
        published.number = 71_234
        case, keys_of_cases = fill_cases(house)
        money, seats = fill_money(house, plan.versions[0])
        values |= {**money, **_at_stripe(house), "currency": "EUR", "version_number": published.number}
        tokens |= seats | keys_of_cases
        values |= case | fill_keeping(house)
        db.session.commit()
        db.session.remove()
    return World(values, tokens)


def _at_stripe(house: House) -> dict[str, str]:
    """Pages of the demo's stand-in for Stripe that belong to the house: saving a card, the bank's question, a customer's cards."""
    home = f"http://{house.host}/"
    with stripe_pages.store().change() as state:

        def ask(verb: Callable[[Call], dict[str, Any]], **wishes: Any) -> str:
            return str(verb(Call(state, "acct_outsider", "", wishes))["id"])

        customer = ask(customers.create_customer)
        return {
            "visit_ref": ask(checkout.create, mode="setup", currency="eur", success_url=home),
            "intent_ref": ask(setups.create, payment_method="pm_card_threeDSecure2Required", confirm="true", return_url=home),
            "account_ref": ask(_onboarding, return_url=home),
            "portal_ref": ask(portal.create, customer=customer, return_url=home),
        }


def _onboarding(call: Call) -> dict[str, Any]:
    made = accounts.create(call)
    accounts.link(Call(call.state, call.account, "", {**call.params, "account": made["id"], "type": "account_onboarding"}))
    return made


def permission_of(app: Flask, rule: Rule) -> Permission:
    """What the route asks for."""
    permission = getattr(app.view_functions[rule.endpoint], "permission", Permission.PUBLIC)
    assert isinstance(permission, Permission), rule.endpoint
    return permission


def snapshot(app: Flask, house: House) -> dict[str, list[str]]:
    """Every row of the house, as text."""
    with app.app_context(), tenancy.across_operators():
        held = {}
        for table in db.metadata.sorted_tables:
            owner = table.c.id if table.name == "operator" else table.c.get("operator_id")
            if owner is not None:
                held[table.name] = sorted(repr(tuple(row)) for row in db.session.execute(sa.select(table).where(owner == house.operator.id)))
        db.session.remove()
    return held
