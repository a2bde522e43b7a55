"""Generated from the routes: nobody, in no role, learns or changes anything of another operator through an address.

Every address that names an object x every role x an object of another house, asked whole and by htmx: the answer is
the one for an object that doesn't exist.
"""

import re
import uuid
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from coworking.core.permissions import ALLOWED, Permission, Role
from tests.architecture.world import World, fill, permission_of, snapshot
from tests.cast import House
from tests.conftest import As

NOT_AN_OBJECT = {
    ("people.mail_sent", "kind"), ("privacy.choose_mails", "mail_class"), ("privacy.data", "name"), ("privacy.records", "name"), ("privacy.records", "table"),
    ("desk.privacy_record_file", "name"), ("privacy.statement", "about"), ("privacy.add_statement", "about"),
}  # fmt: skip
"""Addresses whose variable part is a word of ours."""
WHO = ("nobody", "olga", "mats", "siri", "arne", "alice")


def addressed(app: Flask) -> list[Rule]:
    """Routes that name an object."""
    return [rule for rule in app.url_map.iter_rules() if any((rule.endpoint, name) not in NOT_AN_OBJECT for name in rule.arguments)]


def path(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """The address with these values in it."""
    return str(app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}))))


RANDOM = re.compile(r'csrf_token[^>]*|"X-CSRF[^}]*|name="form_key"[^>]*|name="key"[^>]*')


def plain(answer: Any, values: dict[str, Any]) -> tuple[Any, ...]:
    """What a reader could tell two answers apart by, without what was asked for and what is random anyway."""
    asked = [text for value in values.values() for text in (str(value), quote(str(value), safe="")) if len(text) > 4]

    def neutral(text: str) -> str:
        for word in asked:
            text = text.replace(word, "*")
        return RANDOM.sub("*", text)

    headers = {name: neutral(answer.headers.get(name, "")) for name in ("Location", "HX-Redirect", "Content-Type", "Cache-Control", "Vary")}
    return answer.status_code, headers, neutral(answer.text)


@pytest.fixture
def world(app: Flask, nantes: House) -> World:
    """One of everything in Nantes."""
    return fill(app, nantes)


def ask(client: FlaskClient, method: str, address: str, htmx: bool) -> Any:
    """The answer, closed."""
    headers = {"HX-Request": "true"} if htmx else {}
    return client.open(address, method=method, headers=headers, data={} if method == "POST" else None)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.proves("W2G-36")
def test_another_houses_object_is_as_if_it_were_not_there(app: Flask, bergen: House, nantes: House, world: World, browse: As, who: str) -> None:
    client = browse(bergen, None if who == "nobody" else getattr(bergen, who))
    before = snapshot(app, nantes)
    for rule in addressed(app):
        permission = permission_of(app, rule)
        allowed = permission is Permission.PUBLIC or (who != "nobody" and permission in ALLOWED[Role(getattr(bergen, who).role)])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for htmx in (False, True):
                told = f"{who} {method} {rule} {'htmx' if htmx else 'whole'}"
                both = world.foreign(rule), world.nothing(rule)
                answers = [ask(client, method, path(app, rule, values), htmx) for values in both]
                foreign, nothing = (plain(answer, values) for answer, values in zip(answers, both, strict=True))
                assert foreign == nothing, told
                assert answers[0].status_code < 500, told
                if allowed and "token" not in rule.arguments:
                    assert answers[0].status_code == 404, told
                elif not allowed:
                    assert answers[0].status_code == (403 if who != "nobody" else 200 if htmx else 303), told
    assert snapshot(app, nantes) == before


OF_ONE_PERSON = {"booking_id", "guest_id", "session_id", "key", "subscription_id", "pause_id", "notice_id", "order_id"}


def test_another_members_object_is_as_if_it_were_not_there(app: Flask, bergen: House, browse: As) -> None:
    """Within one house, what members do for themselves reaches what is theirs alone."""
    world = fill(app, bergen, "vidde")
    bob, before, asked = browse(bergen, bergen.bob), snapshot(app, bergen), 0
    for rule in addressed(app):
        if permission_of(app, rule) not in {Permission.HAVE_ACCOUNT, Permission.BOOK} or not rule.arguments <= OF_ONE_PERSON:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            both = world.foreign(rule), world.nothing(rule)
            answers = [ask(bob, method, path(app, rule, values), htmx=False) for values in both]
            seen = [plain(answer, values) for answer, values in zip(answers, both, strict=True)]
            assert seen[0] == seen[1], str(rule)
            assert answers[0].status_code == 404, str(rule)
            asked += 1
    assert asked >= 8
    after = snapshot(app, bergen)
    assert {table: rows for table, rows in after.items() if table != "sign_in_session"} == {
        table: rows for table, rows in before.items() if table != "sign_in_session"
    }
    assert set(before["sign_in_session"]) <= set(after["sign_in_session"])


def test_the_same_objects_are_there_for_their_own_house(app: Flask, nantes: House, world: World, browse: As) -> None:
    """The control: without it, addresses that lead nowhere for everybody would pass."""
    found = []
    for rule in addressed(app):
        if "GET" in (rule.methods or set()) and "token" not in rule.arguments:
            answer = browse(nantes, nantes.alice if rule.endpoint.startswith(("bookings.", "billing.", "memberships.")) else nantes.olga).get(
                path(app, rule, world.foreign(rule))
            )
            found.append((rule.endpoint, answer.status_code))
    assert [(endpoint, status) for endpoint, status in found if status not in (200, 303) and endpoint != "demo.attachment"] == []


def bodies(world: World, bergen: House) -> list[tuple[str, dict[str, Any], str]]:
    """Posts to one's own house whose fields name the outsider's objects, with the field that must be refused."""
    from tests.desk.test_rooms import form

    room = f"/desk/rooms/{bergen.fjord.id}"
    return [
        ("/desk/rooms", form(bergen, location_id=str(world.values["location_id"])), "location_id"),
        ("/desk/rooms", form(bergen, equipment=str(world.values["equipment_id"])), "equipment"),
        (room, form(bergen, location_id=str(world.values["location_id"])), "location_id"),
        (room, form(bergen, equipment=str(world.values["equipment_id"])), "equipment"),
        ("/desk/settings/roles", {"email": "alice@rotonde.example", "role": "owner"}, "email"),
    ]


def references(world: World, bergen: House, booking: UUID) -> list[tuple[str, dict[str, str], str, Any]]:
    """Posts whose ``field`` may name a room or person, with the outsider's in it."""
    times = {"day": "2027-01-04", "from": "10:00", "to": "11:00", "until": "2027-01-04", "reason": "Paint"}
    person, room = str(world.values["person_id"]), world.values["slug"]
    return [
        ("/desk/bookings", {**times, "room": "fjord"}, "person", person),
        ("/desk/bookings", {**times, "person": str(bergen.alice.id)}, "room", room),
        ("/desk/blocks", times, "room", room),
        (f"/desk/bookings/{booking}/move", times, "room", room),
    ]


def test_a_foreign_room_or_person_in_a_field_is_as_if_it_were_not_there(app: Flask, bergen: House, nantes: House, world: World, browse: As) -> None:
    olga, own, before = browse(bergen, bergen.olga), fill(app, bergen, "vidde").values["booking_id"], snapshot(app, nantes)
    mine = snapshot(app, bergen)
    for address, data, field, value in references(world, bergen, own):
        nothing = str(uuid.uuid4()) if field == "person" else "nowhere"
        answers = [(asked, olga.post(address, data={**data, field: asked})) for asked in (value, nothing)]
        seen = [plain(answer, {field: asked}) for asked, answer in answers]
        assert seen[0] == seen[1], address
        assert 400 <= answers[0][1].status_code < 500, address
    assert snapshot(app, nantes) == before
    assert snapshot(app, bergen) == mine


def test_foreign_ids_in_fields_are_refused(app: Flask, bergen: House, nantes: House, world: World, browse: As) -> None:
    olga, before, own = browse(bergen, bergen.olga), snapshot(app, nantes), snapshot(app, bergen)
    for address, data, field in bodies(world, bergen):
        answer = olga.post(address, data=data)
        assert answer.status_code == 422, (address, field)
        assert f'id="{field}-error"' in answer.text
    data = {f"note_{world.values['equipment_id'].hex}_nb": "mine"}
    assert olga.post(f"/desk/rooms/{bergen.fjord.id}/equipment-notes", data=data).status_code == 303
    assert snapshot(app, nantes) == before
    assert snapshot(app, bergen) == own
