"""Requests in words."""

from flask_babel import lazy_gettext as _

from ..models.asking import RequestKind, RequestState

KINDS = {
    RequestKind.ACCESS.value: _("See the data"),
    RequestKind.EXPORT.value: _("Get a copy"),
    RequestKind.CORRECT.value: _("Correct something"),
    RequestKind.ERASE.value: _("Erase the data"),
    RequestKind.RESTRICT.value: _("Set the data aside"),
    RequestKind.OBJECT.value: _("Object to a use"),
    RequestKind.QUESTION.value: _("A question"),
    RequestKind.COMPLAINT.value: _("A complaint"),
}
STATES = {
    RequestState.OPEN.value: _("Not answered yet"),
    RequestState.WAITING.value: _("Waits until nothing stands in the way"),
    RequestState.DONE.value: _("Answered"),
    RequestState.REFUSED.value: _("Refused"),
    RequestState.WITHDRAWN.value: _("Taken back"),
}
CHANNELS = {
    "paper": _("On paper"),
    "email": _("By e-mail"),
    "phone": _("By phone"),
    "signed_in": _("On this site"),
    "link": _("By a mailed link"),
    "report": _("By a report"),
    "inactive": _("Because the account was not used"),
}
