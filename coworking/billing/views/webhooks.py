"""Where payment providers post. The signature is all that counts: no session, no form token, no host of another operator."""

from flask import Response, abort, g, request

from coworking.core import tenancy
from coworking.core.permissions import Permission, requires
from coworking.core.web import for_machines
from coworking.hosting import subscribing
from coworking.operators.hosts import on_host_site
from coworking.payments.failures import Forged

from .. import events, gateways
from .blueprint import blueprint

MOST_BYTES = 512 * 1024


@blueprint.post("/webhooks/stripe")
@for_machines
@on_host_site
@requires(Permission.PUBLIC)
def stripe_webhook() -> Response:
    """Note one event. 400 for anything that is not signed by the secret of this host's own account, and then nothing changes."""
    if (request.content_length or 0) > MOST_BYTES:
        abort(413)
    payload, signature = request.get_data(cache=False), request.headers.get("Stripe-Signature", "")
    return _of_operator(payload, signature) if g.get("operator") is not None else _of_host(payload, signature)


def _of_operator(payload: bytes, signature: str) -> Response:
    try:
        event = gateways.read_event(payload, signature)
    except Forged:
        abort(400)
    events.receive(event)
    return Response(status=200)


def _of_host(payload: bytes, signature: str) -> Response:
    """Events of the host's own account, and of the accounts connected to it."""
    try:
        event = gateways.read_host_event(payload, signature)
    except Forged:
        abort(400)
    operator_id = gateways.operator_of(event.account)
    if operator_id is not None:
        with tenancy.acting_for(operator_id):
            events.receive(event)
    elif not event.account:
        subscribing.receive(event)
    return Response(status=200)
