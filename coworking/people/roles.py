"""Giving and taking roles. Only an owner does it, never to themselves, and one owner always remains."""

import sqlalchemy as sa
from flask_babel import lazy_gettext

from coworking.core.db import db
from coworking.core.permissions import ALLOWED, Permission, Role

from .models import Person

ROLE_NAMES = {
    Role.OWNER: lazy_gettext("Owner"),
    Role.MANAGER: lazy_gettext("Manager"),
    Role.FRONT_DESK: lazy_gettext("Front desk"),
    Role.ACCOUNTANT: lazy_gettext("Accountant"),
    Role.MEMBER: lazy_gettext("Member"),
    Role.SUPPORT: lazy_gettext("The host’s support, looking"),
    Role.SUPPORT_HELPING: lazy_gettext("The host’s support, helping"),
}

GIVEN = tuple(role for role in Role if not role.is_support)
"""Roles that an owner gives; support has its own by a grant."""


class RoleRefused(Exception):
    """A role was not given. Subclasses say why."""


class NotAllowed(RoleRefused):
    """The person who asks may not give roles."""


class OwnRole(RoleRefused):
    """Nobody changes their own role."""


class LastOwner(RoleRefused):
    """It would leave the house without an owner."""


def give_role(person: Person, role: Role, by: Person) -> None:
    """Make ``role`` the one role of ``person``. Raises NotAllowed, OwnRole or LastOwner, all of them RoleRefused."""
    # Locked and read again, so that two owners who demote each other at once don't both succeed.
    owners = db.session.scalars(
        sa.select(Person).where(Person.role == Role.OWNER.value).order_by(Person.id).with_for_update().execution_options(populate_existing=True)
    ).all()
    giver = next((owner for owner in owners if owner.id == by.id and owner.is_active), None)
    if giver is None or Permission.EDIT_ROLES not in ALLOWED[Role(giver.role)]:
        raise NotAllowed
    if person.id == by.id:
        raise OwnRole
    if role.is_support or Role(person.role).is_support:
        raise NotAllowed
    if role is not Role.OWNER and not any(owner.is_active and owner.id != person.id for owner in owners):
        raise LastOwner
    person.role = role.value
    db.session.flush()
