"""Offering plans: new ones, and the next version of one. What was agreed with somebody never changes by it."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from coworking.core import clock
from coworking.core.db import db

from .models import Allowance, Plan, PlanVersion, Promotion, Subscription, SubscriptionState

COMPARED = (
    "location_id", "name", "summary", "includes", "amount", "currency", "tax_included", "vat_class", "months", "notice_days", "minimum_months",
    "trial_days", "deposit", "sign_up_fee", "seats", "seat_amount", "discount", "access", "valid_days",
)  # fmt: skip
GONE = (SubscriptionState.ENDED.value,)


def offered(published: bool | None = None) -> list[Plan]:
    """Plans that are not retired, in the operator's order, with versions and allowances: three queries."""
    wanted = sa.select(Plan).where(Plan.retired_at.is_(None)).order_by(Plan.position, Plan.id)
    if published is not None:
        wanted = wanted.where(Plan.published.is_(published))
    wanted = wanted.options(selectinload(Plan.versions).selectinload(PlanVersion.allowances))
    return [plan for plan in db.session.scalars(wanted) if plan.versions]


def add_version(plan: Plan, version: PlanVersion, allowances: Iterable[Allowance]) -> bool:
    """Make ``version`` what new members get; whether anything differs from the one before. People on the plan keep theirs."""
    version.allowances = list(allowances)
    if plan.versions and _same(plan.current, version):
        return False
    version.number = plan.current.number + 1 if plan.versions else 1
    version.created_at = clock.now()
    plan.versions.append(version)
    db.session.flush()
    return True


def retire(plan: Plan) -> None:
    """Sell it no more. Who is on it stays on it."""
    plan.retired_at = plan.retired_at or clock.now()
    plan.published = False


def end_promotion(promotion: Promotion) -> None:
    """Accept the code no more. Whoever has used it keeps what it gives."""
    promotion.ended_at = promotion.ended_at or clock.now()


def subscribers(plans: Iterable[Plan]) -> dict[UUID, dict[UUID, int]]:
    """How many subscriptions run on each version of each plan: plan id, then version id."""
    ids = [plan.id for plan in plans]
    counted = (
        sa.select(PlanVersion.plan_id, PlanVersion.id, sa.func.count(Subscription.id))
        .join(Subscription, Subscription.version_id == PlanVersion.id)
        .where(PlanVersion.plan_id.in_(ids), Subscription.state.not_in(GONE))
        .group_by(PlanVersion.plan_id, PlanVersion.id)
    )
    found: dict[UUID, dict[UUID, int]] = {plan_id: {} for plan_id in ids}
    for plan_id, version_id, count in db.session.execute(counted):
        found[plan_id][version_id] = count
    return found


def _same(before: PlanVersion, after: PlanVersion) -> bool:
    def gives(version: PlanVersion) -> set[tuple[str, int, int]]:
        return {(each.unit, each.quantity, each.carry_over) for each in version.allowances}

    return all(getattr(before, name) == getattr(after, name) for name in COMPARED) and gives(before) == gives(after)
