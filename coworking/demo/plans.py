"""The plans on offer with their earlier versions, and what people asked on the contact page."""

from datetime import datetime, timedelta
from uuid import UUID

from coworking.enquiries.models import Enquiry
from coworking.memberships.models import Plan, PlanVersion

from .world import World


def make_plans(world: World) -> list[Plan]:
    """The operator's plans, not yet in the database. Each price that it ever had is a version, half a year apart."""
    plans = []
    for position, entry in enumerate(world.data["plans"]):
        plan = Plan(id=world.new_id(world.ago(days=800)), slug=entry["slug"], published=True, position=position)
        prices = entry["prices"]
        plan.versions = [
            _version(world, entry, number, price, world.ago(days=30 + 180 * (len(prices) - number))) for number, price in enumerate(prices, 1)
        ]
        plans.append(plan)
    return plans


def _version(world: World, entry: dict[str, object], number: int, price: int, since: datetime) -> PlanVersion:
    words = {key: world.texts(entry[key]) for key in ("name", "summary")}  # type: ignore[arg-type]
    includes = [dict(world.texts(line)) for line in entry["includes"]]  # type: ignore[attr-defined]
    return PlanVersion(
        id=world.new_id(since), number=number, includes=includes, amount=price * 100, currency=world.data["currency"],
        created_at=since, **words,
    )  # fmt: skip


def make_enquiries(world: World, front_desk: UUID) -> list[Enquiry]:
    """What people asked lately; the older questions are answered."""
    found = []
    for entry in world.data["enquiries"]:
        asked = world.ago(hours=entry["hours_ago"], minutes=world.dice.randrange(1, 55))
        answered = asked + timedelta(hours=entry["answered_after"]) if "answered_after" in entry else None
        words = {key: entry[key] for key in ("name", "email", "message", "locale")}
        found.append(Enquiry(id=world.new_id(asked), created_at=asked, closed_at=answered, closed_by_id=front_desk if answered else None, **words))
    return found
