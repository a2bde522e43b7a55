"""Settings: the operator's own host names."""

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coworking.config import Config
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.operators import host_names
from coworking.operators.forms import HostForm
from coworking.operators.models import OperatorHost

from .blueprint import blueprint

MOST_HOSTS = 10


@blueprint.get("/settings/hosts")
@requires(Permission.EDIT_OPERATOR)
def hosts() -> Response:
    """The names that lead here."""
    return _hosts_page(HostForm(formdata=None))


@blueprint.post("/settings/hosts")
@requires(Permission.EDIT_OPERATOR)
def add_host() -> Response:
    """Answer on one more name. Who has a name that is taken is nobody's business."""
    form = HostForm()
    if not form.validate_on_submit():
        return _hosts_page(form, 422)
    name, most = form.host.data or "", len(g.operator.hosts) >= MOST_HOSTS
    if most or not host_names.may_have(name, _config().base_domain):
        form.host.errors = [_("You have %(most)d names already. Remove one first.", most=MOST_HOSTS) if most else _("This name can't be added here")]
        return _hosts_page(form, 422)
    g.operator.hosts.append(OperatorHost(host=name))
    # Somebody else may be adding the same name right now.
    db.session.flush()
    flash(_("%(host)s leads here from now on.", host=name))
    return redirect(url_for("desk.hosts"), code=303)


@blueprint.post("/settings/hosts/removal")
@requires(Permission.EDIT_OPERATOR)
def remove_host() -> Response:
    """Answer on a name no longer. The one in use now stays, or the next page would lead nowhere."""
    name = one_line(request.form.get("host")).lower()
    row = next((each for each in g.operator.hosts if each.host == name), None) or abort(404)
    if name == request.host.rsplit(":", 1)[0].rstrip(".").lower():
        return _hosts_page(HostForm(formdata=None), 422, refused=_("You are on this name now. Open the settings under another name, then remove it."))
    g.operator.hosts.remove(row)
    flash(_("%(host)s no longer leads here.", host=name))
    return redirect(url_for("desk.hosts"), code=303)


def _hosts_page(form: HostForm, status: int = 200, refused: str | None = None) -> Response:
    return page(
        "desk/settings/hosts.html", status=status, form=form, refused=refused, form_errors=bool(form.errors or refused),
        given=f"{g.operator.slug}.{_config().base_domain}", hosts=sorted(each.host for each in g.operator.hosts),
    )  # fmt: skip


def _config() -> Config:
    config: Config = current_app.extensions["coworking.config"]
    return config
