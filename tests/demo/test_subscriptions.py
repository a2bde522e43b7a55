"""The demo's members are on plans, in every state, with a past that explains itself."""

from collections import Counter
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from coworking.billing.explaining import explain
from coworking.billing.models import Charge
from coworking.core import tenancy
from coworking.core.db import db
from coworking.demo.data import OPERATORS
from coworking.memberships.models import Grant, Subscription
from coworking.operators.models import Operator


@pytest.mark.parametrize("slug", OPERATORS)
def test_every_state_is_there_and_allowances_are_partly_used(demo: SimpleNamespace, slug: str) -> None:
    operator = db.session.scalars(sa.select(Operator).where(Operator.slug == slug)).one()
    with tenancy.acting_for(operator.id):
        rows = list(db.session.scalars(sa.select(Subscription)))
        states = Counter(row.state for row in rows)
        assert states["active"] >= 12
        assert {"trial", "paused", "ended", "pending"} <= set(states)
        assert any(row.ends_on and row.state == "active" for row in rows)
        assert any(grant.remaining < grant.quantity for grant in db.session.scalars(sa.select(Grant)))
        charges = list(db.session.scalars(sa.select(Charge).where(Charge.source_kind == "subscription")))
        assert len(charges) > 40
        assert all(explain(charge).title for charge in charges)
