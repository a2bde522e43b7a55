"""Work that follows a message about the host's own billing."""

from coworking.core.jobs import job

from . import subscribing


@job(subscribing.LOOK)
def look_again(ref: str) -> None:
    """Ask how a subscription stands."""
    subscribing.look_at(ref)
