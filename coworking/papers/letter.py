"""The words around every paper: who writes, who reads, the page's head and foot."""

from typing import Any

from flask_babel import gettext as _

from .paper import Brand, Party
from .wording import country, numbers

_REGIONS = {"en": "gb", "fr": "fr", "nb": "no"}


def frame(title: str, seller: Party, buyer: Party, brand: Brand, locale: str, fingerprint: str = "") -> dict[str, Any]:
    """What layout/frame.typ reads. ``title`` names the document to readers and to their PDF program."""
    abroad = buyer.country != seller.country
    return {
        "title": title,
        "author": seller.name,
        "brand": brand.name or seller.name,
        "lang": locale,
        "region": _REGIONS.get(locale, ""),
        "hue": brand.hue,
        "chroma": brand.chroma / 1000,
        "seller": [seller.name, *_address(seller, abroad=abroad)],
        "buyer-name": buyer.name,
        "buyer": _recipient(buyer, abroad=abroad),
        "footer": _footer(seller),
        "fingerprint": _("Fingerprint %(hash)s", hash=_excerpt(fingerprint)) if fingerprint else "",
        "page-of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "carried-forward": _("Carried forward"),
        "brought-forward": _("Brought forward"),
    }


def _address(party: Party, *, abroad: bool = False) -> list[str]:
    """Street, then postcode and town in the order of their country, then the country for a reader in another."""
    town = (party.city, party.postcode) if party.country == "GB" else (party.postcode, party.city)
    lines = [party.street, " ".join(town).strip(), country(party.country) if abroad else ""]
    return [line for line in lines if line]


def _recipient(buyer: Party, *, abroad: bool) -> list[str]:
    """All that is known of the buyer but the name."""
    attention = _("Attention: %(name)s", name=buyer.attention) if buyer.attention else ""
    return [line for line in (attention, *_address(buyer, abroad=abroad), *numbers(buyer)) if line]


def _footer(seller: Party) -> list[str]:
    who = " · ".join([seller.name, *numbers(seller)])
    more = " · ".join(text for text in (*seller.legal_lines, seller.email, seller.phone) if text)
    return [line for line in (who, more) if line]


def _excerpt(fingerprint: str) -> str:
    """The first sixteen signs of a hash in fours: enough to compare by eye."""
    return "\u00a0".join(fingerprint[place : place + 4] for place in range(0, min(len(fingerprint), 16), 4))
