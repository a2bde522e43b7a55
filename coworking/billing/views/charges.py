"""Why an amount is what it is."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort
from flask_login import current_user

from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires

from ..accounts import readable_by
from ..charging import given_back
from ..explaining import Explanation, explain
from ..models import Charge, Invoice
from .blueprint import blueprint


@blueprint.get("/billing/charges/<uuid:charge_id>")
@requires(Permission.HAVE_ACCOUNT)
def show_charge(charge_id: UUID) -> Response:
    """The rule behind a charge, its sum line by line, and the papers that it is on."""
    charge = _own_charge(charge_id)
    invoice = db.session.get(Invoice, charge.invoice_id) if charge.invoice_id else None
    issued = invoice if invoice is not None and invoice.is_issued else None
    back = [(each, explain(each)) for each in given_back(charge)]
    return page("billing/charge.html", charge=charge, said=_readable(charge), invoice=issued, back=back)


def _own_charge(charge_id: UUID) -> Charge:
    """A charge that the person pays, or that their own use made; 404 for anybody else's."""
    mine = sa.or_(Charge.account_id.in_(readable_by(current_user)), Charge.person_id == current_user.id)
    return db.session.scalar(sa.select(Charge).where(Charge.id == charge_id, mine)) or abort(404)


def _readable(charge: Charge) -> Explanation:
    """The explanation without links that lead to what only the user of it may see, or to what is gone."""
    said = explain(charge)
    links = [link for link in said.links if link.is_there()] if charge.person_id in (None, current_user.id) else []
    return Explanation(said.title, said.lines, links)
