"""Reasons to set data aside, and how an objection stands, in words."""

from flask_babel import lazy_gettext as _

from . import objecting, restricting

REASONS = {
    restricting.ACCURACY: _("Something in it is wrong, and you are checking it"),
    restricting.UNLAWFUL: _("You may not use it, but I do not want it erased"),
    restricting.CLAIMS: _("You no longer need it, but I do, for a claim"),
    restricting.OBJECTION: _("I objected, and you are weighing it"),
}
"""GDPR Art. 18(1)(a) to (d)."""
STATES = {
    objecting.PAUSED: _("Stopped until you get an answer"),
    objecting.UPHELD: _("Stopped"),
    objecting.REFUSED: _("Not accepted"),
    objecting.WITHDRAWN: _("Taken back"),
}
