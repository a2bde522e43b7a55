"""The plans on offer with their earlier versions, and what people asked on the contact page."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from coworking.enquiries.models import Enquiry
from coworking.memberships.forms import GRANTED
from coworking.memberships.models import Allowance, Plan, PlanKind, PlanVersion

from .world import World


def make_plans(world: World) -> list[Plan]:
    """The operator's plans, not yet in the database. Each price that it ever had is a version, half a year apart."""
    plans = []
    for position, entry in enumerate(world.data["plans"]):
        kind = entry.get("kind", PlanKind.PLAN.value)
        plan = Plan(id=world.new_id(world.ago(days=800)), slug=entry["slug"], kind=kind, published=True, position=position)
        prices = entry["prices"]
        plan.versions = [
            _version(world, entry, number, price, world.ago(days=30 + 180 * (len(prices) - number))) for number, price in enumerate(prices, 1)
        ]
        plans.append(plan)
    return plans


def _version(world: World, entry: dict[str, Any], number: int, price: int, since: datetime) -> PlanVersion:
    once = entry.get("kind") == PlanKind.PASS.value
    words = {key: world.texts(entry[key]) for key in ("name", "summary")}
    terms = {key: entry[key] for key in ("seats", "trial_days", "minimum_months", "valid_days", "access", "vat_class") if key in entry}
    return PlanVersion(
        id=world.new_id(since), number=number, includes=[dict(world.texts(line)) for line in entry.get("includes", [])], amount=price * 100,
        currency=world.data["currency"], months=0 if once else 1, notice_days=0 if once else entry.get("notice_days", 30),
        deposit=entry.get("deposit", 0) * 100, seat_amount=entry.get("seat_price", 0) * 100, created_at=since, allowances=_allowances(world, entry),
        **words, **terms,
    )  # fmt: skip


def _allowances(world: World, entry: dict[str, Any]) -> list[Allowance]:
    given = entry.get("gives", {})
    sold = [(unit, given[field] * size) for field, unit, size in GRANTED if field in given]
    return [Allowance(id=world.new_id(world.now), unit=unit, quantity=quantity, position=position) for position, (unit, quantity) in enumerate(sold)]


def make_enquiries(world: World, front_desk: UUID) -> list[Enquiry]:
    """What people asked lately; the older questions are answered."""
    found = []
    for entry in world.data["enquiries"]:
        asked = world.ago(hours=entry["hours_ago"], minutes=world.dice.randrange(1, 55))
        answered = asked + timedelta(hours=entry["answered_after"]) if "answered_after" in entry else None
        words = {key: entry[key] for key in ("name", "email", "message", "locale")}
        found.append(Enquiry(id=world.new_id(asked), created_at=asked, closed_at=answered, closed_by_id=front_desk if answered else None, **words))
    return found
