"""Typing canaries into every form of the site, as a visitor, a member and an owner."""

import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from coworking.core.permissions import Permission
from tests.architecture.test_tenancy_matrix import path
from tests.architecture.world import World, permission_of
from tests.cast import PASSWORD, House
from tests.conftest import As
from tests.privacy.canary import Field, Flock, Form, Forms

WHO = ("visitor", "alice", "olga")
NOT_OURS = ("/demo/",)
"""Pages of the demo: its mailbox, and the stand-in for Stripe, which is somebody else's machine."""
CASES = {
    "desk.add_incident", "desk.save_incident", "desk.judge_incident", "desk.authority_told", "desk.draft_policy", "desk.grant_support", "desk.add_message",
    "desk.save_message", "desk.add_add_on", "desk.save_add_on",
}  # fmt: skip
"""Forms about what happened, or what is published: staff write there about nobody by name."""
BUSINESS = {
    Permission.EDIT_SPACES,
    Permission.EDIT_PLANS,
    Permission.EDIT_OPERATOR,
    Permission.EDIT_BILLING,
    Permission.EDIT_ROLES,
    Permission.BLOCK_SPACE,
}
"""Forms about the business itself: what is typed there is printed on its pages."""
SAMPLES = {
    "postcode": "44000", "iban": "FR7630006000011234567890189", "bank_account": "FR7630006000011234567890189", "vat_number": "FR44732829320",
    "org_number": "732829320", "country": "FR", "zone": "Europe/Paris", "currency": "EUR", "slug": "canary-house", "host": "desk.canary.example",
    "phone": "+33240000000", "code": "CANARY", "secret_key": "sk_test_canary123", "series": "CA", "hue": "120", "bic": "BNPAFRPP",
    "from": "10:00", "to": "11:00", "hours": "09:00–12:00", "day5": "09:00–12:00", "day6": "09:00–12:00", "paid_for": "1", "guests": "guest@canary.example",
}  # fmt: skip
PLAIN = {"date": "2027-02-01", "time": "10:00", "datetime-local": "2026-11-20T10:00", "number": "2"}
CARD = {"card_number": "4242424242424242", "number": "4242424242424242", "cvc": "9173"}
"""Sent along with every form, as by a page that somebody put a card field into."""
LEFT_ALONE = {"website", "csrf_token", "next", "locale"}


@dataclass(slots=True)
class Sweep:
    """What was typed, and what became of each form."""

    flock: Flock = field(default_factory=Flock)
    taken: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    business: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    somebody: str = ""
    """An address with an account, where a form takes no other."""

    @property
    def about_people(self) -> set[str]:
        """Tokens that were typed about people, not about the business."""
        return {token for token, each in self.flock.known.items() if each.endpoint not in self.business}


def typed(app: Flask, house: House, world: World, browse: As) -> Sweep:
    """Fill in every form with a field to type into, once for each who sees it."""
    done = Sweep(somebody=house.bob.email)
    for who in WHO:
        forms = _forms(app, house, world, browse, who, done)
        for form in sorted(forms, key=_last_what_ends_things):
            _send(app, _client(browse, house, who), form, who, done)
    return done


def _client(browse: As, house: House, who: str) -> FlaskClient:
    client = browse(house, getattr(house, who) if who != "visitor" else None)
    # Throttles count by network: each form comes from one of its own.
    client.environ_base["REMOTE_ADDR"] = ".".join(str(random.randint(11, 250)) for _ in range(4))
    return client


def _forms(app: Flask, house: House, world: World, browse: As, who: str, done: Sweep) -> list[Form]:
    client, found = _client(browse, house, who), dict[tuple[str, frozenset[str]], Form]()
    waiting, seen = _addresses(app, world), set[str]()
    while waiting:
        address = waiting.pop(0)
        if address in seen or address.startswith(NOT_OURS):
            continue
        seen.add(address)
        answer = client.get(address)
        if "text/html" not in answer.content_type or answer.status_code >= 400:
            continue
        done.pages.add(f"{who} {_endpoint(app, address)}")
        read = Forms(answer.text, address)
        for form in read.found:
            done.fields |= set(form.fields)
            if form.typed and not form.action.startswith(NOT_OURS):
                found.setdefault((_endpoint(app, form.action), frozenset(form.fields)), form)
        kinds = {_endpoint(app, each) for each in seen}
        waiting += [each for each in read.links if _endpoint(app, each) not in kinds]
    return list(found.values())


def _addresses(app: Flask, world: World) -> list[str]:
    made = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint != "people.sign_out":
            try:
                made.append(path(app, rule, world.foreign(rule)))
            except KeyError:
                continue
    return made


def _endpoint(app: Flask, address: str) -> str:
    for method in ("POST", "GET"):
        try:
            return str(app.url_map.bind("localhost").match(urlsplit(address).path, method=method)[0])
        except HTTPException:
            continue
    return address


def _last_what_ends_things(form: Form) -> tuple[bool, str]:
    return any(word in form.action for word in ("password", "security", "email", "eras", "close", "leave", "withdraw", "cancel")), form.action


def _send(app: Flask, client: FlaskClient, form: Form, who: str, done: Sweep) -> None:
    endpoint = _endpoint(app, form.action)
    rule = next((each for each in app.url_map.iter_rules(endpoint)), None) if endpoint in app.view_functions else None
    if endpoint in CASES or (rule is not None and permission_of(app, rule) in BUSINESS):
        done.business.add(endpoint)
    wrong: set[str] = set()
    for _ in range(4):
        answer = client.post(form.action, data=CARD | _values(form, who, endpoint, done, wrong))
        if answer.status_code < 400:
            done.taken.append((who, endpoint))
            return
        told = {name for name in form.fields if re.search(rf'id="([\w]+-)?{re.escape(name)}-error"|href="#([\w]+-)?{re.escape(name)}"', answer.text)}
        if told <= wrong and wrong >= {"every box"}:
            break
        wrong |= told | ({"every box"} if told <= wrong else set())
    done.refused.append((who, endpoint, answer.status_code))


def _values(form: Form, who: str, endpoint: str, done: Sweep, wrong: set[str]) -> dict[str, Any]:
    values = {}
    for each in form.fields.values():
        if each.name in LEFT_ALONE:
            values[each.name] = each.value
        elif each.free:
            values[each.name] = _word(each, who, endpoint, done, wrong)
        else:
            values[each.name] = each.value or PLAIN.get(each.kind, "")
    if "every box" in wrong:
        values |= dict.fromkeys(form.boxes, "1") | {name: value for name, value in form.boxes.items() if value}
    values.pop("website", None)
    return values


def _word(each: Field, who: str, endpoint: str, done: Sweep, wrong: set[str]) -> str:
    if each.kind == "password" and not each.new:
        return PASSWORD
    if each.numeric:
        return each.value or "2"
    if each.name == "email" and each.name in wrong:
        return done.somebody
    if each.name in wrong:
        return each.value or next((sample for name, sample in SAMPLES.items() if name in each.name), "Something")
    kind = "email" if ("email" in each.name or each.name == "guests") and each.kind in {"text", "email"} else each.kind
    return done.flock.release(who, endpoint, each.name, kind, each.most)
