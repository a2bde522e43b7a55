"""The customer portal: a link to a page of one's own methods and bills."""

from .calls import Call, route
from .customers import living
from .wire import PAGES, Doc


@route("POST", "/v1/billing_portal/sessions")
def create(call: Call) -> Doc:
    """A link that its customer can use for an hour."""
    call.needs("customer")
    living(call, call.text("customer"))
    origin = "/".join(call.text("return_url").split("/")[:3])
    ident = call.state.new_id("bps")
    doc: Doc = {
        "id": ident,
        "object": "billing_portal.session",
        "configuration": "bpc_double",
        "created": call.state.now,
        "customer": call.text("customer"),
        "flow": None,
        "livemode": False,
        "locale": call.text("locale") or None,
        "on_behalf_of": None,
        "return_url": call.text("return_url") or None,
        "url": f"{origin}{PAGES}/portal/{ident}",
    }
    return call.put(doc)
