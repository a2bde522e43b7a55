"""All promises, and those that readers see."""

from . import clw, cwl, w2g, wpx, wss
from .promise import Promise, State, Topic
from .proofs import recorded

PROMISES: dict[str, Promise] = {promise.id: promise for seed in (w2g, cwl, wpx, wss, clw) for promise in seed.PROMISES}


def printed() -> list[Promise]:
    """The promises whose sentence may be shown, by topic: proven, and their proof ran green when it was recorded last."""
    shown = [promise for promise in PROMISES.values() if promise.printed is not None and promise.id in recorded()]
    return sorted(shown, key=lambda promise: list(Topic).index(promise.topic or Topic.WHO))


def refused() -> list[Promise]:
    """The promises that we don't make."""
    return [promise for promise in PROMISES.values() if promise.state is State.REFUSED]
