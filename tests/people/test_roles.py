"""Giving and taking roles."""

import pytest

from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.people.models import Person
from coworking.people.roles import LastOwner, NotAllowed, OwnRole, RoleRefused, give_role
from tests.cast import House


def _again(person: Person) -> Person:
    return db.session.get_one(Person, person.id)


def test_an_owner_gives_and_takes_roles(inside: House) -> None:
    give_role(_again(inside.alice), Role.FRONT_DESK, by=_again(inside.olga))
    assert _again(inside.alice).role == "front_desk"
    give_role(_again(inside.alice), Role.OWNER, by=_again(inside.olga))
    give_role(_again(inside.olga), Role.MEMBER, by=_again(inside.alice))
    assert _again(inside.olga).role == "member"


@pytest.mark.parametrize("name", ["mats", "siri", "arne", "alice"])
def test_nobody_but_an_owner_gives_roles(inside: House, name: str) -> None:
    by = _again(getattr(inside, name))
    for person in (inside.bob, inside.olga, by):
        with pytest.raises(NotAllowed):
            give_role(_again(person), Role.OWNER, by=by)


def test_nobody_changes_their_own_role(inside: House) -> None:
    with pytest.raises(OwnRole):
        give_role(_again(inside.olga), Role.MANAGER, by=_again(inside.olga))


def test_the_last_owner_stays(inside: House) -> None:
    """Two owners who demote each other: the second is no owner any more when it comes to it."""
    give_role(_again(inside.mats), Role.OWNER, by=_again(inside.olga))
    give_role(_again(inside.olga), Role.MEMBER, by=_again(inside.mats))
    with pytest.raises(RoleRefused):
        give_role(_again(inside.mats), Role.MEMBER, by=_again(inside.olga))
    assert _again(inside.mats).role == "owner"
    assert issubclass(LastOwner, RoleRefused)
