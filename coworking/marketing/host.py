"""The host's own site: what this is, and who runs spaces with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from coworking.config import Config
from coworking.core import i18n, tenancy
from coworking.core.db import db
from coworking.core.pages import page, unchanged_since
from coworking.core.permissions import Role
from coworking.hosting import subscribing
from coworking.operators.hosts import public_host
from coworking.operators.models import Operator
from coworking.people.roles import ROLE_NAMES
from coworking.spaces.models import Resource

NAMES = dict(i18n.LANGUAGES)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody of the demo that a visitor may sign in as."""

    name: str
    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An operator as the host's home lists it."""

    name: str
    tagline: str
    tagline_language: str
    """Set where the operator has no words in the reader's language, for screen readers."""
    city: str
    url: str
    languages: list[tuple[str, str]]
    spaces: int
    houses: int
    tile: str
    """The operator's colour, as CSS Color 4 writes it."""
    accounts: list[SignIn]
    """Empty outside the demo."""


def home() -> Response:
    """Every operator of this installation, with a link to its own site."""
    config: Config = current_app.extensions["coworking.config"]
    counts = _counts()
    wanted = select(Operator).order_by(Operator.created_at, Operator.name).options(selectinload(Operator.hosts))
    listed = [_listed(operator, config, counts.get(operator.id, (0, 0))) for operator in db.session.scalars(wanted)]
    return unchanged_since(page("marketing/host.html", listed=listed, demo=config.demo, plans=subscribing.plans()))


def _counts() -> dict[UUID, tuple[int, int]]:
    """How many spaces and houses each operator has: public numbers, the one thing read across operators here."""
    counted = (
        select(Resource.operator_id, func.count(), func.count(Resource.location_id.distinct()))
        .where(~Resource.retired)
        .group_by(Resource.operator_id)
    )
    with tenancy.across_operators():
        return {operator_id: (spaces, houses) for operator_id, spaces, houses in db.session.execute(counted)}


def _listed(operator: Operator, config: Config, counts: tuple[int, int]) -> Listed:
    return Listed(
        name=operator.name,
        tagline=operator.tagline.in_(i18n.language(), operator.default_locale),
        tagline_language="" if operator.tagline.get(i18n.language()) else operator.default_locale,
        city=operator.city,
        url=f"{config.scheme}://{public_host(operator, config)}",
        languages=[(code, NAMES[code]) for code in operator.locales if code in NAMES],
        spaces=counts[0],
        houses=counts[1],
        tile=f"oklch(.445 {operator.chroma / 1000:.3f} {operator.hue})",
        accounts=_accounts(operator),
    )


def _accounts(operator: Operator) -> list[SignIn]:
    # Put there by create_app in the demo alone: the public site knows nothing of the demo's code.
    named: Callable[[Operator], list[Any]] | None = current_app.extensions.get("coworking.demo.accounts")
    return [SignIn(each.name, str(ROLE_NAMES[Role(each.role)]), each.email, each.password) for each in (named(operator) if named else [])]
