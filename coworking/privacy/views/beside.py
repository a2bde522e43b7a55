"""The line beside a form, for templates of every domain."""

from flask import g
from markupsafe import Markup

from coworking.core import kept

from ..beside_forms import line
from .blueprint import blueprint


@blueprint.app_template_global("privacy_line")
def privacy_line(form: str) -> Markup:
    """What for, on what basis and for how long ``form`` collects what it asks."""
    return kept.for_this_minute("privacy-line", form, make=lambda: line(form, g.operator))
