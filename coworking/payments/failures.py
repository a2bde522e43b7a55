"""Why a payment did not go through: our own short list, each with a sentence for the payer."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext


class Failure(StrEnum):
    """One reason. The value is stored; ``sentence()`` is shown."""

    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_REACHED = "limit_reached"
    EXPIRED = "expired"
    WRONG_NUMBER = "wrong_number"
    WRONG_EXPIRY = "wrong_expiry"
    WRONG_CODE = "wrong_code"
    NEEDS_AUTHENTICATION = "needs_authentication"
    AUTHENTICATION_FAILED = "authentication_failed"
    BANK_REFUSED = "bank_refused"
    TRY_LATER = "try_later"
    NOT_SUPPORTED = "not_supported"
    ACCOUNT_CLOSED = "account_closed"
    MANDATE_ENDED = "mandate_ended"
    DEBIT_RETURNED = "debit_returned"
    METHOD_GONE = "method_gone"
    AMOUNT_TOO_SMALL = "amount_too_small"
    AMOUNT_TOO_LARGE = "amount_too_large"
    REFUND_TOO_LARGE = "refund_too_large"
    NOT_REFUNDABLE = "not_refundable"
    ABANDONED = "abandoned"
    UNAVAILABLE = "unavailable"
    KEY_REFUSED = "key_refused"
    KEY_REUSED = "key_reused"
    UNKNOWN_REFERENCE = "unknown_reference"
    NOT_OFFERED = "not_offered"
    REFUSED = "refused"

    @property
    def sentence(self) -> LazyString:
        """What happened and what works instead, in the reader's language."""
        return SENTENCES[self]

    @property
    def may_pass_later(self) -> bool:
        """Whether asking the same method again on another day can succeed without the payer doing anything."""
        return self in PASSES_LATER


# A lost or stolen card is told as refused: whoever holds it need not learn what the bank knows.
SENTENCES: dict[Failure, LazyString] = {
    Failure.DECLINED: lazy_gettext("The bank declined this payment. Use another card, or ask your bank why."),
    Failure.INSUFFICIENT_FUNDS: lazy_gettext("There was not enough money on the account. Try again later, or use another card."),
    Failure.LIMIT_REACHED: lazy_gettext("This payment is above the card's limit. Use another card, or raise the limit at your bank."),
    Failure.EXPIRED: lazy_gettext("The card has expired. Add the new one."),
    Failure.WRONG_NUMBER: lazy_gettext("The card number is not right. Check it and type it again."),
    Failure.WRONG_EXPIRY: lazy_gettext("The expiry date is not right. Check it on the card."),
    Failure.WRONG_CODE: lazy_gettext("The security code is not right. It is the three or four digits printed on the card."),
    Failure.NEEDS_AUTHENTICATION: lazy_gettext("The bank wants you to approve this payment yourself. Open it and confirm."),
    Failure.AUTHENTICATION_FAILED: lazy_gettext("The payment was not approved at the bank. Try again, or use another card."),
    Failure.BANK_REFUSED: lazy_gettext("The bank refused this card. Use another one, or ask your bank."),
    Failure.TRY_LATER: lazy_gettext("The bank could not answer. Try again in a few minutes."),
    Failure.NOT_SUPPORTED: lazy_gettext("This card can’t be used for this payment. Use another one."),
    Failure.ACCOUNT_CLOSED: lazy_gettext("The bank account is closed or can’t be debited. Add another account or a card."),
    Failure.MANDATE_ENDED: lazy_gettext("The permission to debit this account has ended. Add the account again, or use a card."),
    Failure.DEBIT_RETURNED: lazy_gettext("The bank returned the direct debit. Pay by card, or add another account."),
    Failure.METHOD_GONE: lazy_gettext("This card or account is no longer saved. Add it again, or use another one."),
    Failure.AMOUNT_TOO_SMALL: lazy_gettext("The amount is too small to be paid this way."),
    Failure.AMOUNT_TOO_LARGE: lazy_gettext("The amount is too large to be paid this way."),
    Failure.REFUND_TOO_LARGE: lazy_gettext("That is more than what is left to refund of this payment."),
    Failure.NOT_REFUNDABLE: lazy_gettext("This payment can’t be refunded: it is already refunded, disputed, or never arrived."),
    Failure.ABANDONED: lazy_gettext("The payment was not finished. Nothing was taken."),
    Failure.UNAVAILABLE: lazy_gettext("The payment service can’t be reached. Nothing is lost: try again in a minute."),
    Failure.KEY_REFUSED: lazy_gettext("The payment service does not accept the key of this account. Check it in the settings."),
    Failure.KEY_REUSED: lazy_gettext("This payment was already sent with other details. Open the page again."),
    Failure.UNKNOWN_REFERENCE: lazy_gettext("The payment service does not know this payment."),
    Failure.NOT_OFFERED: lazy_gettext("This way of paying is not offered here."),
    Failure.REFUSED: lazy_gettext("The payment service refused this. Nothing was taken."),
}

PASSES_LATER = frozenset({Failure.DECLINED, Failure.INSUFFICIENT_FUNDS, Failure.LIMIT_REACHED, Failure.TRY_LATER, Failure.UNAVAILABLE})


class PaymentError(Exception):
    """Something that a verb could not do. ``failure`` says why, ``detail`` is for the log and holds no personal data."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(detail or failure.value)
        self.failure = failure
        self.detail = detail


class ProviderUnavailable(PaymentError):
    """No answer, or one that says nothing: it may have happened. Ask again with the same idempotency key."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Failure.UNAVAILABLE, detail)


class KeyRefused(PaymentError):
    """The account's secret key is wrong, revoked, or may not do this."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Failure.KEY_REFUSED, detail)


class UnknownReference(PaymentError):
    """The provider has nothing under that reference in this account."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Failure.UNKNOWN_REFERENCE, detail)


class NotPossible(PaymentError):
    """The provider understood and refused: nothing has changed there, and asking again gives the same answer."""


class Forged(Exception):
    """A message that does not come from the provider, or is too old, or can't be checked. Answer 400, change nothing."""
