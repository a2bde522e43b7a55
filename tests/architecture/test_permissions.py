"""Generated from the routes: each role may do what the screen of permissions says, and nothing else."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from coworking.core.permissions import ALLOWED, Permission, Role
from tests.architecture.test_routes import WITHOUT_PERMISSION
from tests.architecture.test_tenancy_matrix import path
from tests.architecture.world import fill, permission_of
from tests.cast import Cast, House
from tests.conftest import As

WHO = {"nobody": None, "olga": Role.OWNER, "mats": Role.MANAGER, "siri": Role.FRONT_DESK, "arne": Role.ACCOUNTANT, "alice": Role.MEMBER}
ENDS_THE_SESSION = {"people.sign_out"}


def marked(app: Flask) -> list[tuple[Rule, Permission]]:
    """Routes with the permission that each names."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in WITHOUT_PERMISSION]
    return sorted(((rule, permission_of(app, rule)) for rule in rules), key=lambda pair: pair[0].endpoint in ENDS_THE_SESSION)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.proves("W2G-27", "CLW-29", "CLW-40")
def test_a_role_opens_what_it_may_and_nothing_else(app: Flask, cast: Cast, browse: As, who: str) -> None:
    house, role, world = cast.bergen, WHO[who], fill(app, cast.nantes)
    client = browse(house, getattr(house, who) if role else None)
    for rule, permission in marked(app):
        allowed = permission is Permission.PUBLIC or (role is not None and permission in ALLOWED[role])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(path(app, rule, world.nothing(rule)), method=method, data={} if method == "POST" else None)
            told = f"{who} {method} {rule}: {answer.status_code}"
            asked_to_sign_in = (answer.status_code == 303 and answer.location.startswith("/sign-in?")) or answer.location == "/sign-in"
            assert answer.status_code < 500, told
            if allowed:
                assert answer.status_code != 403, told
                assert not asked_to_sign_in or permission is Permission.PUBLIC, told
            elif role is None:
                assert asked_to_sign_in, told
            else:
                assert answer.status_code == 403, told


@pytest.mark.proves("CWL-31")
def test_a_member_who_is_no_longer_staff_is_out_at_once(app: Flask, bergen: House, browse: As) -> None:
    olga, mats = browse(bergen, bergen.olga), browse(bergen, bergen.mats)
    assert mats.get("/desk/settings/identity").status_code == 200
    olga.post("/desk/settings/roles", data={"email": bergen.mats.email, "role": "member"})
    assert mats.get("/desk/settings/identity").status_code == 403


def test_only_an_owner_gives_roles_and_members_see_no_one() -> None:
    assert [role for role in Role if Permission.EDIT_ROLES in ALLOWED[role]] == [Role.OWNER]
    assert ALLOWED[Role.MEMBER] == {Permission.PUBLIC, Permission.HAVE_ACCOUNT, Permission.BOOK}
    for role in Role:
        if role.is_support:
            assert ALLOWED[role] < ALLOWED[Role.MANAGER] - {Permission.SEE_PAPERS, Permission.SAVE_LISTS, Permission.MANAGE_PRIVACY}
            continue
        assert ALLOWED[Role.MEMBER] <= ALLOWED[role] <= ALLOWED[Role.OWNER]
    assert not ALLOWED[Role.ACCOUNTANT] & {
        Permission.BOOK_FOR_OTHERS,
        Permission.BLOCK_SPACE,
        Permission.EDIT_SPACES,
        Permission.EDIT_PLANS,
        Permission.EDIT_OPERATOR,
    }
