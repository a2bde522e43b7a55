"""What a fresh demo already has at its stand-in for Stripe: endpoints that listen, and customers with a saved card."""

from .accounts import of_key
from .calls import Call
from .customers import attach, card_method, create_customer
from .hooks import create_endpoint, delete_endpoint
from .store import Store
from .wire import Doc


def watched(store: Store, key: str, url: str, *, secret: str = "", connected: bool = False) -> Doc:
    """The one endpoint at ``url`` of the account that ``key`` opens, with its secret; made anew, so that a restart leaves one."""
    with store.change() as state:
        account = of_key(state, key)
        for old in list(state.every("webhook_endpoint", account)):
            if old["url"] == url and old["_connect"] == connected:
                delete_endpoint(Call(state, account, ""), old["id"])
        wishes = {"url": url, "enabled_events": ["*"], "connect": "true" if connected else "false"}
        made = create_endpoint(Call(state, account, "", wishes))
        if secret:
            made |= {"secret": secret, "_secret": secret}
            state.put({field: value for field, value in made.items() if field != "secret"}, account)
        return made


def customer_with_card(store: Store, key: str, *, name: str, email: str, locale: str, number: str = "4242424242424242") -> tuple[str, Doc]:
    """Token of a new customer, and the card that is saved for them and charged first."""
    with store.change() as state:
        call = Call(state, of_key(state, key), "", {"name": name, "email": email, "preferred_locales": [locale]})
        customer = create_customer(call)
        method = attach(call, card_method(state, number) | {"_set_up": True}, customer["id"])
        customer["invoice_settings"]["default_payment_method"] = method["id"]
        call.put(customer)
        return str(customer["id"]), method
