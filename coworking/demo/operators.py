"""The operators: legal identity, brand, languages."""

from coworking.core.texts import Texts
from coworking.operators.models import Operator

from .world import World

_COPIED = (
    "slug",
    "name",
    "legal_name",
    "org_number",
    "vat_number",
    "street",
    "postcode",
    "city",
    "country",
    "email",
    "phone",
    "zone",
    "currency",
    "hue",
    "chroma",
)


def make_operator(world: World) -> Operator:
    """The operator, not yet in the database."""
    words: dict[str, Texts] = {key: world.texts(world.data[key]) for key in ("tagline", "about")}
    return Operator(
        id=world.new_id(world.ago(days=900)),
        default_locale=world.locales[0],
        locales=list(world.locales),
        created_at=world.ago(days=900),
        **{key: world.data[key] for key in _COPIED},
        **words,
    )
