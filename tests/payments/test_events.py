"""Signed messages: read when they are the provider's, refused when they are anybody else's."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from coworking.demo.stripe_double.postman import sign
from coworking.payments.failures import Forged
from coworking.payments.manual import ManualPayments
from coworking.payments.port import Account, EventKind
from coworking.payments.stripe_adapter import StripePayments

from .conftest import VISIT, Double, eur, saved

SECRET = "whsec_ours"
BODY = json.dumps(
    {"id": "evt_1", "type": "payment_intent.succeeded", "created": 1, "data": {"object": {"object": "payment_intent", "id": "pi_1"}}}
).encode()


def now() -> int:
    return int(time.time())


@pytest.fixture
def reader() -> StripePayments:
    from coworking.config import Config

    return StripePayments(Account("stripe", "sk_test_reader"), Config())


def test_a_signed_message_is_read(reader: StripePayments) -> None:
    event = reader.read_event(BODY, sign(BODY, SECRET, now()), SECRET)
    assert (event.id, event.kind, event.ref, event.account) == ("evt_1", EventKind.PAYMENT, "pi_1", "")


def test_a_second_signature_counts_while_a_secret_is_replaced(reader: StripePayments) -> None:
    at = now()
    both = sign(BODY, "whsec_old", at) + "," + sign(BODY, SECRET, at).split(",")[1]
    assert reader.read_event(BODY, both, SECRET).id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        lambda: "",
        lambda: "nonsense",
        lambda: "t=,v1=",
        lambda: "v1=abc",
        lambda: f"t={2**70},v1=00",
        lambda: sign(BODY, SECRET, now()).replace("v1=", "v0="),
        lambda: sign(BODY, "whsec_other", now()),
        lambda: sign(BODY + b" ", SECRET, now()),
        lambda: sign(BODY, SECRET, now() - 301),
        lambda: sign(BODY, SECRET, now()).replace("t=", "t=1"),
        lambda: sign(BODY, "", now()),
    ],
)
def test_a_message_of_somebody_else_is_refused(reader: StripePayments, header: Callable[[], str]) -> None:
    with pytest.raises(Forged):
        reader.read_event(BODY, header(), SECRET)


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_an_empty_secret_checks_nothing_and_opens_nothing(reader: StripePayments, secret: str) -> None:
    with pytest.raises(Forged):
        reader.read_event(BODY, sign(BODY, secret, now()), secret)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"data":{"object":[]}}',
        b'{"id":1,"type":2,"created":"x","data":{"object":{"object":"charge","id":7}}}',
    ],
)
def test_what_is_signed_but_no_event_is_refused(reader: StripePayments, body: bytes) -> None:
    with pytest.raises(Forged):
        reader.read_event(body, sign(body, SECRET, now()), SECRET)


def test_a_time_that_was_not_meant_to_be_checked_is_refused(reader: StripePayments) -> None:
    with pytest.raises(Forged):
        reader.read_event(BODY, sign(BODY, SECRET, now()), SECRET, tolerance=0)


def test_no_provider_means_no_messages() -> None:
    with pytest.raises(Forged):
        ManualPayments().read_event(BODY, sign(BODY, SECRET, now()), SECRET)


class Inbox:
    """A server that keeps what is sent to it, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.status = 200
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.got.append((body, self.headers["Stripe-Signature"]))
                self.send_response(inbox.status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box = Inbox()
    yield box
    box.server.shutdown()
    box.server.server_close()


def kinds(inbox: Inbox, payments: StripePayments, secret: str) -> list[tuple[str, str]]:
    return [(event.type, event.ref) for event in (payments.read_event(*letter, secret) for letter in inbox.got)]


def test_a_watched_account_tells_what_happens(double: Double, payments: StripePayments, customer: str, key: str, inbox: Inbox) -> None:
    hook = payments.watch(inbox.url, idempotency_key=key + "w")
    assert SECRET not in repr(hook) and hook.secret not in repr(hook)
    token = saved(double, payments, customer)
    paid = payments.charge_saved(customer=customer, method=token, amount=eur(4900), description="x", idempotency_key=key)
    refund = payments.refund(paid.ref, eur(100), idempotency_key=key + "r")
    case = double.test(f"dispute/{paid.ref}")
    payments.detach(token)
    payments.delete_customer(customer)
    double.postman.round()
    told = kinds(inbox, payments, hook.secret)
    for expected in (
        ("payment_method.attached", token),
        ("payment_intent.succeeded", paid.ref),
        ("refund.created", refund.ref),
        ("charge.refunded", paid.ref),
        ("charge.dispute.created", case["id"]),
        ("payment_method.detached", token),
        ("customer.deleted", customer),
    ):
        assert expected in told
    gone = next(event for letter in inbox.got if (event := payments.read_event(*letter, hook.secret)).type == "payment_method.detached")
    assert gone.deleted and gone.customer == customer
    payments.unwatch(hook.ref)
    payments.unwatch(hook.ref)
    payments.create_customer(name="B", email="b@example.test", locale="en", idempotency_key=key + "b")
    inbox.got.clear()
    double.postman.round()
    assert inbox.got == []


def test_messages_come_twice_late_out_of_order_or_never(double: Double, payments: StripePayments, key: str, inbox: Inbox) -> None:
    hook = payments.watch(inbox.url, idempotency_key=key + "w")
    double.test("mischief", duplicates=1, shuffle="true")
    page = payments.start_checkout(VISIT, amount=eur(2500), description="x", idempotency_key=key)
    double.test(f"checkout/{page.ref}")
    double.postman.round()
    told = kinds(inbox, payments, hook.secret)
    assert told.count(("checkout.session.completed", page.ref)) == 2
    inbox.got.clear()
    double.test("mischief", drop=99)
    second = payments.start_checkout(VISIT, amount=eur(2500), description="x", idempotency_key=key + "2")
    double.test(f"checkout/{second.ref}")
    double.postman.round()
    assert inbox.got == []
    payments.unwatch(hook.ref)


@pytest.mark.parametrize("how", ["other_secret", "no_secret", "unsigned", "stale", "changed"])
def test_what_the_double_forges_does_not_pass(double: Double, payments: StripePayments, key: str, inbox: Inbox, how: str) -> None:
    hook = payments.watch(inbox.url, idempotency_key=key + "w")
    page = payments.start_checkout(VISIT, amount=eur(2500), description="x", idempotency_key=key)
    double.test(f"checkout/{page.ref}")
    double.postman.round()
    event = payments.read_event(*inbox.got[0], hook.secret)
    inbox.got.clear()
    double.test(f"events/{event.id}/again")
    double.test(f"events/{event.id}/forged", how=how)
    double.postman.round()
    assert len(inbox.got) == 2 and payments.read_event(*inbox.got[0], hook.secret).id == event.id
    with pytest.raises(Forged):
        payments.read_event(*inbox.got[1], hook.secret)
    payments.unwatch(hook.ref)


def test_an_app_that_is_down_gets_its_messages_later(double: Double, payments: StripePayments, key: str, inbox: Inbox) -> None:
    hook = payments.watch(inbox.url, idempotency_key=key + "w")
    inbox.status = 503
    page = payments.start_checkout(VISIT, amount=eur(2500), description="x", idempotency_key=key)
    double.test(f"checkout/{page.ref}")
    double.postman.round()
    first = len(inbox.got)
    inbox.status = 200
    time.sleep(1.1)
    double.postman.round()
    assert len(inbox.got) == 2 * first > 0
    # Each try is signed anew, so that a late one is not stale.
    assert kinds(inbox, payments, hook.secret)
    double.postman.round()
    assert len(inbox.got) == 2 * first
    payments.unwatch(hook.ref)


def test_events_of_a_connected_account_name_it(double: Double, key: str, inbox: Inbox) -> None:
    import stripe

    client = stripe.StripeClient("sk_test_host", base_addresses={"api": double.url})
    made = client.v1.accounts.create({"country": "FR"})
    host = StripePayments(Account("stripe", "sk_test_host"), double.config())
    hook = host.watch(inbox.url, idempotency_key=key + "w", connected=True)
    connected = StripePayments(Account("stripe", "sk_test_host", made.id), double.config())
    page = connected.start_checkout(VISIT, amount=eur(2500), description="x", idempotency_key=key)
    double.test(f"checkout/{page.ref}")
    double.postman.round()
    events = [host.read_event(*letter, hook.secret) for letter in inbox.got]
    assert {event.account for event in events} == {made.id}
    host.unwatch(hook.ref)
