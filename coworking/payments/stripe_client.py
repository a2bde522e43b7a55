"""The only module that imports stripe: one client per account, short waits, and its errors in our words.

Nothing here logs a key or what a request carried; errors keep Stripe's code and request id and drop its message,
which can quote what a person typed.
"""

import logging
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import stripe

from .failures import Failure, Forged, KeyRefused, NotPossible, PaymentError, ProviderUnavailable, UnknownReference
from .stripe_reading import Doc, failure_of
from .words import Account

CONNECT_SECONDS, READ_SECONDS = 3.0, 12.0
A_PAGE = 100

stripe.enable_telemetry = False
# At debug level the library writes what it sends.
logging.getLogger("stripe").setLevel(logging.WARNING)


class Declined(Exception):
    """The bank said no; ``error`` is Stripe's account of it, the payment inside."""

    def __init__(self, error: Doc) -> None:
        super().__init__(error.get("code", ""))
        self.error = error


@lru_cache(maxsize=256)
def _client(key: str, base: str) -> Any:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        # The library gives each try of one call the same idempotency key, so a second try is safe.
        max_network_retries=1,
    )


class StripeCaller:
    """Asks Stripe on behalf of one account."""

    def __init__(self, account: Account, base: str) -> None:
        self._account = account
        self._base = base

    def ask(self, call: Callable[[Any, Doc], Any], key: str = "") -> Doc:
        """What ``call(v1, options)`` answers, as plain data; raises Declined or a PaymentError.

        ``key`` is the idempotency key of a write.
        """
        options: Doc = {"idempotency_key": key} if key else {}
        if self._account.connected:
            options["stripe_account"] = self._account.connected
        try:
            answer = call(_client(self._account.secret_key, self._base).v1, options)
            return dict(answer.to_dict())
        except stripe.CardError as error:
            raise Declined(_told(error)) from None
        except stripe.StripeError as error:
            raise translated(error) from None

    def each(self, call: Callable[[Any, Doc, Doc], Any]) -> Iterator[Doc]:
        """Every row of a list, page by page: ``call(v1, paging, options)``."""
        paging: Doc = {"limit": A_PAGE}
        while True:
            page = self.ask(partial(_listed, call, paging))
            yield from page["data"]
            if not page["has_more"]:
                return
            paging = {"limit": A_PAGE, "starting_after": page["data"][-1]["id"]}


def _listed(call: Callable[[Any, Doc, Doc], Any], paging: Doc, v1: Any, options: Doc) -> Any:
    return call(v1, paging, options)


def _told(error: stripe.StripeError) -> Doc:
    body = error.json_body or {}
    told = body.get("error") if isinstance(body, dict) else None
    return dict(told) if isinstance(told, dict) else {}


def translated(error: stripe.StripeError) -> PaymentError:
    """Stripe's error as one of ours, without its message."""
    told = _told(error)
    detail = " ".join(str(part) for part in (type(error).__name__, told.get("code"), told.get("param"), error.request_id) if part)
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return KeyRefused(detail)
    if isinstance(error, stripe.IdempotencyError) and told.get("code") != "idempotency_key_in_use":
        return NotPossible(Failure.KEY_REUSED, detail)
    if isinstance(error, stripe.InvalidRequestError):
        if told.get("code") == "resource_missing":
            return UnknownReference(detail)
        return NotPossible(failure_of(told), detail)
    return ProviderUnavailable(detail)


def verify(payload: bytes, signature: str, secret: str, tolerance: int) -> None:
    """Raises Forged unless ``secret`` signed the payload within the last ``tolerance`` seconds."""
    if not secret.strip() or not signature or tolerance <= 0:
        raise Forged("nothing to check it with")
    try:
        stripe.WebhookSignature.verify_header(payload.decode(), signature, secret, tolerance)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        raise Forged("not signed by this secret, or too old") from None
