"""After each public page: one stroke, unless the reader's browser says not to."""

from flask import Response, current_app, g, request, session
from flask.blueprints import BlueprintSetupState
from flask_login import current_user

from coworking.core import clock
from coworking.core.pages import wants_fragment
from coworking.privacy import counting

from .blueprint import blueprint

TALLY = "coworking.page_counts"


@blueprint.record
def _begin(state: BlueprintSetupState) -> None:
    state.app.extensions[TALLY] = counting.Tally(state.app.app_context)  # type: ignore[attr-defined] # Flask calls its own app by an older name


@blueprint.after_app_request
def _count(response: Response) -> Response:
    if request.endpoint in counting.PAGES and response.status_code in {200, 304} and _may_count():
        agent = request.headers.get("User-Agent", "")
        if not counting.is_machine(agent):
            tally: counting.Tally = current_app.extensions[TALLY]
            tally.add(
                counting.Stroke(
                    g.operator.id, clock.today(g.operator.zone), str(request.endpoint),
                    counting.host_of(request.headers.get("Referer", ""), request.host),
                    counting.family_of(agent).value, counting.screen_of(agent).value,
                )
            )  # fmt: skip
    return response


def _may_count() -> bool:
    """A whole page of an operator that somebody opened who is no staff and has not asked to be left alone (Global Privacy Control)."""
    if request.method != "GET" or g.get("operator") is None or wants_fragment():
        return False
    if request.headers.get("Sec-GPC") == "1" or "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return False
    return not ("_user_id" in session and current_user.is_authenticated and current_user.is_staff)
