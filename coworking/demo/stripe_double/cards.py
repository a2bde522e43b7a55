"""Test cards and test accounts, named as in Stripe's documentation (docs.stripe.com/testing), and how each behaves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a test card or account does."""

    decline: str = ""
    """Error code of every charge; empty when it goes through."""
    reason: str = ""
    """The bank's own reason (``decline_code``)."""
    attach_fails: bool = True
    """Whether a decline shows already when it is saved."""
    authenticate: str = ""
    """``always``, ``unless_set_up`` (off-session is free once it was saved with the payer), or ``on_session``."""
    dispute: str = ""
    """Reason of the dispute that follows each charge."""
    refund: str = ""
    """``pending`` or ``failed``: how a refund ends later."""
    debit: str = ""
    """Of a bank account: ``succeeded``, ``failed`` or ``disputed``."""
    seconds: int = 0
    """How long the bank takes."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """A number of the documentation."""

    number: str
    brand: str
    behaviour: Behaviour
    token: str = ""
    """Its ready-made payment method."""
    country: str = "US"

    __test__ = False


def _refused(code: str, reason: str) -> Behaviour:
    return Behaviour(decline=code, reason=reason)


CARDS = (
    TestCard("4242424242424242", "visa", Behaviour(), "pm_card_visa"),
    TestCard("5555555555554444", "mastercard", Behaviour(), "pm_card_mastercard"),
    TestCard("378282246310005", "amex", Behaviour(), "pm_card_amex"),
    TestCard("4000000000000002", "visa", _refused("card_declined", "generic_decline"), "pm_card_chargeDeclined"),
    TestCard("4000000000009995", "visa", _refused("card_declined", "insufficient_funds"), "pm_card_chargeDeclinedInsufficientFunds"),
    TestCard("4000000000009987", "visa", _refused("card_declined", "lost_card"), "pm_card_chargeDeclinedLostCard"),
    TestCard("4000000000009979", "visa", _refused("card_declined", "stolen_card"), "pm_card_chargeDeclinedStolenCard"),
    TestCard("4000000000006975", "visa", _refused("card_declined", "card_velocity_exceeded"), "pm_card_chargeDeclinedVelocityLimitExceeded"),
    TestCard("4000000000000069", "visa", _refused("expired_card", "expired_card"), "pm_card_chargeDeclinedExpiredCard"),
    TestCard("4000000000000127", "visa", _refused("incorrect_cvc", "incorrect_cvc"), "pm_card_chargeDeclinedIncorrectCvc"),
    TestCard("4000000000000119", "visa", _refused("processing_error", "processing_error"), "pm_card_chargeDeclinedProcessingError"),
    TestCard("4000000000000341", "visa", Behaviour("card_declined", "generic_decline", attach_fails=False), "pm_card_chargeCustomerFail"),
    TestCard("4000002500003155", "visa", Behaviour(authenticate="unless_set_up"), "pm_card_authenticationRequiredOnSetup", "IE"),
    TestCard("4000002760003184", "visa", Behaviour(authenticate="always"), "pm_card_authenticationRequired", "DE"),
    TestCard("4000000000003220", "visa", Behaviour(authenticate="always"), "pm_card_threeDSecure2Required", "US"),
    TestCard("4000003800000446", "visa", Behaviour(authenticate="on_session"), "pm_card_authenticationRequiredSetupForOffSession", "LU"),
    TestCard(
        "4000008260003178",
        "visa",
        Behaviour("card_declined", "insufficient_funds", attach_fails=False, authenticate="always"),
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "GB",
    ),
    TestCard("4000000000000259", "visa", Behaviour(dispute="fraudulent"), "pm_card_createDispute"),
    TestCard("4000000000002685", "visa", Behaviour(dispute="product_not_received"), "pm_card_createDisputeProductNotReceived"),
    TestCard("4000000000007726", "visa", Behaviour(refund="pending"), "pm_card_pendingRefund"),
    TestCard("4000000000005126", "visa", Behaviour(refund="failed"), "pm_card_refundFail"),
)

THREE_MINUTES = 180
IBANS = {
    "DE89370400440532013000": Behaviour(debit="succeeded"),
    "FR1420041010050500013M02606": Behaviour(debit="succeeded"),
    "NO9386011117947": Behaviour(debit="succeeded"),
    "DE08370400440532013003": Behaviour(debit="succeeded", seconds=THREE_MINUTES),
    "FR3020041010050500013M02609": Behaviour(debit="succeeded", seconds=THREE_MINUTES),
    "DE62370400440532013001": Behaviour(debit="failed"),
    "FR8420041010050500013M02607": Behaviour(debit="failed"),
    "DE78370400440532013004": Behaviour(debit="failed", seconds=THREE_MINUTES),
    "FR2720041010050500013M02610": Behaviour(debit="failed", seconds=THREE_MINUTES),
    "DE35370400440532013002": Behaviour(debit="disputed"),
    "FR5720041010050500013M02608": Behaviour(debit="disputed"),
}

BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}
IBAN_BY_TOKEN = {"pm_sepaDebit": "DE89370400440532013000"}

MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "invalid_expiry_month": "Your card's expiration month is invalid.",
    "invalid_expiry_year": "Your card's expiration year is invalid.",
    "incorrect_number": "Your card number is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "payment_intent_authentication_failure": "The provided PaymentMethod has failed authentication.",
    "setup_intent_authentication_failure": "The provided PaymentMethod has failed authentication.",
}
