"""Settings: the operator's own host names."""

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from coworking.config import Config
from coworking.core.db import db, release
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.operators import host_names, host_proof
from coworking.operators.forms import HostForm
from coworking.operators.models import HostClaim, OperatorHost

from .blueprint import blueprint

MOST_HOSTS = 10
_TAKEN = lazy_gettext("This name can't be added here")


@blueprint.get("/settings/hosts")
@requires(Permission.EDIT_OPERATOR)
def hosts() -> Response:
    """The names that lead here."""
    return _hosts_page(HostForm(formdata=None))


@blueprint.post("/settings/hosts")
@requires(Permission.EDIT_OPERATOR)
def add_host() -> Response:
    """Claim one more name. Who has a name that is taken is nobody's business."""
    form = HostForm()
    if not form.validate_on_submit():
        return _hosts_page(form, 422)
    name, claims = form.host.data or "", _claims()
    if name in {claim.host for claim in claims}:
        return redirect(url_for("desk.hosts"), code=303)
    most = len(g.operator.hosts) + len(claims) >= MOST_HOSTS
    if most or not host_names.may_have(name, _config().base_domain):
        form.host.errors = [_("You have %(most)d names already. Remove one first.", most=MOST_HOSTS) if most else _TAKEN]
        return _hosts_page(form, 422)
    db.session.add(HostClaim(host=name))
    flash(_("%(host)s waits for you to show that it is yours.", host=name))
    return redirect(url_for("desk.hosts"), code=303)


@blueprint.post("/settings/hosts/verification")
@requires(Permission.EDIT_OPERATOR)
def verify_host() -> Response:
    """Look for the record in the name's DNS, and answer on the name from then on."""
    claim = _claimed() or abort(404)
    host, token, (record, _value) = claim.host, claim.token, claim.record
    # Nobody waits for the database while we wait for DNS.
    release()
    try:
        proven = host_proof.is_proven(host, token)
    except host_proof.NoAnswer:
        return _refused(_("%(record)s could not be looked up just now. Try again in a minute.", record=record))
    if not proven:
        return _refused(_("The record %(record)s is not there yet. A change can take an hour or more until everybody sees it.", record=record))
    claim = _claimed() or abort(404)
    if not host_names.may_have(host, _config().base_domain):
        return _refused(str(_TAKEN))
    g.operator.hosts.append(OperatorHost(host=host))
    db.session.delete(claim)
    # Somebody else may be adding the same name right now.
    db.session.flush()
    flash(_("%(host)s leads here from now on.", host=host))
    return redirect(url_for("desk.hosts"), code=303)


@blueprint.post("/settings/hosts/removal")
@requires(Permission.EDIT_OPERATOR)
def remove_host() -> Response:
    """Answer on a name no longer, or give up a claim. The name in use now stays, or the next page would lead nowhere."""
    name = _name()
    if (claim := _claimed()) is not None:
        db.session.delete(claim)
        return redirect(url_for("desk.hosts"), code=303)
    row = next((each for each in g.operator.hosts if each.host == name), None) or abort(404)
    if name == request.host.rsplit(":", 1)[0].rstrip(".").lower():
        return _refused(_("You are on this name now. Open the settings under another name, then remove it."))
    g.operator.hosts.remove(row)
    flash(_("%(host)s no longer leads here.", host=name))
    return redirect(url_for("desk.hosts"), code=303)


def _name() -> str:
    return one_line(request.form.get("host")).lower()


def _claims() -> list[HostClaim]:
    return list(db.session.scalars(select(HostClaim).order_by(HostClaim.host)))


def _claimed() -> HostClaim | None:
    return db.session.scalar(select(HostClaim).where(HostClaim.host == _name()))


def _refused(why: str) -> Response:
    return _hosts_page(HostForm(formdata=None), 422, refused=why)


def _hosts_page(form: HostForm, status: int = 200, refused: str | None = None) -> Response:
    return page(
        "desk/settings/hosts.html", status=status, form=form, refused=refused, form_errors=bool(form.errors or refused), claims=_claims(),
        given=f"{g.operator.slug}.{_config().base_domain}", hosts=sorted(each.host for each in g.operator.hosts),
    )  # fmt: skip


def _config() -> Config:
    config: Config = current_app.extensions["coworking.config"]
    return config
