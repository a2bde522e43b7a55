"""The payment provider forgets too: asked again until it answers, and until then the receipt says that it has not."""

import pytest

from coworking.billing.accounts import account_of
from coworking.core.db import db
from coworking.people.models import Person
from coworking.privacy.erasing import receipts, running
from coworking.privacy.finding import Subject
from tests.billing.conftest import _provider, till  # noqa: F401
from tests.billing.till import Till

from . import life


@pytest.mark.proves("CWL-44", "WPX-44")
def test_pending_until_the_provider_has_forgotten(till: Till) -> None:  # noqa: F811
    house = till.house
    person = db.session.get_one(Person, house.bob.id)
    payer = account_of(person)
    db.session.commit()
    till.save_card(payer)
    customer = payer.provider_customer
    number = running.erase(Subject.of(db.session.get_one(Person, house.bob.id)), "asked").number
    db.session.commit()
    assert receipts.find(number).pending == ["stripe"]  # type: ignore[union-attr]
    life.work_off(till.app, house)
    db.session.expire_all()
    assert receipts.find(number).pending == []  # type: ignore[union-attr]
    with till.store.change() as state:
        known = state.sql.execute("SELECT count(*) FROM object WHERE id = ? AND json_extract(body, '$.deleted')", (customer,)).fetchone()
    assert known[0] == 1
