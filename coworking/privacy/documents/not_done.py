"""What other policies say and ours does not, and the sentences of ours with what proves them."""

from flask_babel import gettext as _

from ..promises import CONFLICTS, Promise, Topic, printed, proof_of
from ..promises.listing import refused
from .document import Document, Link, Section


def not_done() -> Document:
    """The promises that we don't make, one part for each reason."""
    keys = dict.fromkeys(promise.conflict for promise in sorted(refused(), key=lambda promise: int(promise.conflict.removeprefix("C-"))))
    parts = tuple(_part(key) for key in keys)
    lead = _("Much of what is usual in privacy policies is missing in ours. Here is what we left out, and what we do instead.")
    return Document("not-done", _("What we don't do"), lead, parts)


def _part(key: str) -> Section:
    refusal = CONFLICTS[key].refusal
    assert refusal is not None, key  # noqa: S101 - a test holds every refused promise to it
    return Section(
        key.lower(), str(refusal.title),
        facts=((_("Often written"), str(refusal.others)), (_("Why we don't write it"), str(refusal.why)), (_("What we do instead"), str(refusal.instead))),
    )  # fmt: skip


def proofs() -> Document:
    """Every sentence that the policy prints as a promise, with the tests that proved it."""
    parts = []
    for topic in Topic:
        said = [promise for promise in printed() if promise.topic is topic]
        if said:
            parts.append(Section(topic.value, str(topic.text), lines=tuple((str(promise.printed), _tests(promise)) for promise in said)))
    parts.append(Section("not-done", _("And what we don't promise"), links=(Link(_("What we don't do"), "privacy.not_done"),)))
    lead = _("We say in our policy only what a test has proven. Here is each sentence with its tests. A sentence whose test fails disappears.")
    return Document("proofs", _("What proves our promises"), lead, tuple(parts))


def _tests(promise: Promise) -> str:
    return ", ".join(test.rpartition("::")[2].removeprefix("test_").replace("_", " ") for test in proof_of(promise.id))
