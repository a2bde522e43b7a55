"""A payer's VAT number: checked at once by its digits, by the register only where asked, and silence decides nothing."""

import pytest

from coworking.billing import invoicing, vat_checking
from coworking.billing.models import Account
from coworking.billing.settings import kept_settings
from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.tax.rates import VatClass
from coworking.tax.vat_numbers import Answer
from tests.billing.helpers import DAY, account, charged
from tests.cast import House

NUMBER = "DE136695976"


class Said:
    """A register that says one thing."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def ask(self, number: str) -> Answer:
        """Always the same."""
        return self.answer


@pytest.fixture
def german(app: object, nantes: House):
    """A German firm that buys in Nantes, where the register is asked."""
    with app.app_context(), tenancy.acting_for(nantes.operator.id):  # type: ignore[attr-defined]
        kept_settings(db.session.get_one(Operator, nantes.operator.id)).check_vies = True
        buyer = account(nantes.alice)
        buyer.country, buyer.is_business = "DE", True
        db.session.flush()
        yield buyer
        db.session.rollback()


def _vat(buyer: Account) -> int:
    charged(buyer, 12_000, "EUR", vat_class=VatClass.SERVICE, vat_country="FR")
    drafted = invoicing.draft(buyer, DAY)
    assert drafted is not None
    return drafted.vat


def test_wrong_digits_change_nothing(german: Account) -> None:
    assert not vat_checking.take_number(german, "DE136695977")
    assert (german.vat_number, german.vat_check) == ("", "")
    assert _vat(german) == 2_000


@pytest.mark.parametrize(("answer", "check", "vat"), [(Answer.KNOWN, "vies", 0), (Answer.UNKNOWN, "refused", 2_000)])
def test_the_register_s_answer_counts_for_later_papers(
    german: Account, monkeypatch: pytest.MonkeyPatch, answer: Answer, check: str, vat: int
) -> None:
    assert vat_checking.take_number(german, NUMBER)
    assert german.vat_check == "format"
    db.session.commit()
    monkeypatch.setattr(vat_checking, "REGISTER", Said(answer))
    vat_checking.ask(str(german.id), NUMBER)
    assert german.vat_check == check
    assert _vat(german) == vat


def test_a_silent_register_holds_up_nothing_and_is_asked_again(german: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    vat_checking.take_number(german, NUMBER)
    db.session.commit()
    monkeypatch.setattr(vat_checking, "REGISTER", Said(Answer.SILENT))
    with pytest.raises(TimeoutError):
        vat_checking.ask(str(german.id), NUMBER)
    assert _vat(german) == 0


def test_an_answer_about_a_number_that_was_changed_meanwhile_is_forgotten(german: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    vat_checking.take_number(german, NUMBER)
    db.session.commit()
    monkeypatch.setattr(vat_checking, "REGISTER", Said(Answer.UNKNOWN))
    vat_checking.ask(str(german.id), "DE000000000")
    assert german.vat_check == "format"
    assert vat_checking.take_number(german, "")
    assert (german.vat_number, german.vat_check) == ("", "")
