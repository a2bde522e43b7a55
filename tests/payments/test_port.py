"""The port itself: which provider acts for an account, and what people are told when something fails."""

import inspect

import pytest
from flask import Flask

from coworking.config import Config
from coworking.core import i18n
from coworking.payments import host, port
from coworking.payments.failures import SENTENCES, Failure, NotPossible
from coworking.payments.manual import ManualPayments
from coworking.payments.opening import open_account, open_host_billing, redirect_origins
from coworking.payments.port import Account
from coworking.payments.stripe_adapter import StripePayments
from coworking.payments.stripe_host import StripeHostBilling


def verbs(protocol: type) -> dict[str, inspect.Signature]:
    return {name: inspect.signature(verb) for name, verb in vars(protocol).items() if not name.startswith("_") and callable(verb)}


def test_an_account_without_a_key_is_paid_by_hand() -> None:
    config = Config()
    assert isinstance(open_account(Account("manual"), config), ManualPayments)
    assert isinstance(open_account(Account("stripe"), config), ManualPayments)
    assert isinstance(open_account(Account("stripe", "sk_test_x"), config), StripePayments)
    assert open_host_billing(config) is None
    assert isinstance(open_host_billing(Config(stripe_secret_key="sk_test_x")), StripeHostBilling)


def test_by_hand_there_is_nothing_to_ask() -> None:
    manual = ManualPayments()
    assert manual.offers == frozenset() and manual.methods("anybody") == ()
    for name in verbs(port.Payments):
        if name not in {"methods", "list_movements", "read_event"}:
            with pytest.raises(NotPossible) as refused:
                getattr(manual, name)()
            assert refused.value.failure is Failure.NOT_OFFERED


@pytest.mark.parametrize(("protocol", "made"), [(port.Payments, StripePayments), (host.HostBilling, StripeHostBilling)])
def test_the_adapter_takes_what_the_port_promises(protocol: type, made: type) -> None:
    for name, promised in verbs(protocol).items():
        assert inspect.signature(getattr(made, name)) == promised, name


def test_every_failure_has_a_sentence_and_stays_stored_under_its_name(app: Flask) -> None:
    assert set(SENTENCES) == set(Failure)
    with app.test_request_context(), i18n.speaking("en"):
        sentences = [str(failure.sentence) for failure in Failure]
    assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in sentences) and len(set(sentences)) == len(sentences)
    assert Failure("insufficient_funds").may_pass_later and not Failure("expired").may_pass_later


def test_forms_may_lead_to_stripe_and_in_the_demo_only_to_ourselves() -> None:
    assert "https://checkout.stripe.com" in redirect_origins(Config())
    assert redirect_origins(Config(stripe_api_base="http://127.0.0.1:1")) == ()
