"""Papers as operators of the demo would issue them, and a maker for any other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from coworking.core.money import Money
from coworking.papers.paper import (
    FRENCH_DIRECTORY,
    HOUR,
    MONTH,
    NORWEGIAN_ORG,
    PIECE,
    UK_VAT,
    Bank,
    Brand,
    Category,
    Credited,
    Endpoint,
    Line,
    Paper,
    Party,
    Tax,
    total,
)

KVARTAL = Party(
    name="Kvartal Coworking AS",
    country="NO",
    street="Markveien 35",
    postcode="0554",
    city="Oslo",
    org_number="923 609 016",
    vat_number="NO923609016MVA",
    email="hei@kvartal.example",
    phone="+47 22 00 00 00",
    legal_lines=("Foretaksregisteret",),
    endpoint=Endpoint(NORWEGIAN_ORG, "923609016"),
)
FJELL = Party(
    name="Fjell & Fjord Arkitekter AS",
    country="NO",
    street="Grünerløkka 1",
    postcode="0553",
    city="Oslo",
    org_number="974 760 673",
    vat_number="NO974760673MVA",
    attention="Tone Berg",
    endpoint=Endpoint(NORWEGIAN_ORG, "974760673"),
)
ROTONDE = Party(
    name="La Rotonde SAS",
    country="FR",
    street="6 rue de Crimée",
    postcode="75019",
    city="Paris",
    org_number="552 100 554 00013",
    vat_number="FR03552100554",
    email="bonjour@rotonde.example",
    phone="+33 1 00 00 00 00",
    legal_lines=("SAS au capital de 20 000 €", "RCS Paris 552 100 554"),
    endpoint=Endpoint(FRENCH_DIRECTORY, "552100554"),
)
ATELIER = Party(
    name="Atelier Légère SARL",
    country="FR",
    street="12 quai de la Loire",
    postcode="75019",
    city="Paris",
    org_number="443 061 841",
    vat_number="FR35443061841",
    endpoint=Endpoint(FRENCH_DIRECTORY, "443061841"),
)
LOOM = Party(
    name="Loom Works Ltd",
    country="GB",
    street="18 Cable Street",
    postcode="E1 8JG",
    city="London",
    org_number="09876543",
    vat_number="GB123456789",
    email="hello@loom.example",
    legal_lines=("Registered in England and Wales",),
    endpoint=Endpoint(UK_VAT, "GB123456789"),
)
ADA = Party(name="Ada Osei", country="GB", street="4 Fournier Street", postcode="E1 6QE", city="London", is_business=False)

REASONS: dict[Category, tuple[str, str]] = {
    "S": ("", ""),
    "Z": ("", ""),
    "E": ("TVA non applicable, art. 293 B du CGI", "VATEX-FR-FRANCHISE"),
    "AE": ("Reverse charge", "VATEX-EU-AE"),
    "O": ("", ""),
}


def line(description: str, net: Money, rate: int = 2500, **more: Any) -> Line:
    """A line of one piece unless told otherwise."""
    values: dict[str, Any] = {"position": 1, "quantity": Decimal(1), "unit": PIECE, "unit_net": net, "vat_category": "S"} | more
    return Line(description=description, net=net, vat_rate=rate, **values)


def taxes(lines: Sequence[Line], currency: str) -> tuple[Tax, ...]:
    """VAT of lines as EN 16931 counts it: per category and rate, on the sum."""

    def key(one: Line) -> tuple[Category, int]:
        return one.vat_category, one.vat_rate

    rows = []
    for (category, rate), group in groupby(sorted(lines, key=key), key):
        net = total((one.net for one in group), currency)
        reason, code = REASONS[category]
        rows.append(Tax(category, rate, net, net.vat_on_top(rate), reason, code))
    return tuple(rows)


def paper(lines: Sequence[Line], **more: Any) -> Paper:
    """An invoice of these lines, numbered and summed up."""
    currency = lines[0].net.currency
    numbered = tuple(replace(one, position=place) for place, one in enumerate(lines, 1))
    rows = taxes(numbered, currency)
    net, vat = total((one.net for one in numbered), currency), total((row.vat for row in rows), currency)
    prepaid = more.pop("prepaid", Money(0, currency))
    values: dict[str, Any] = {
        "kind": "invoice",
        "label": "KV-2026-000123",
        "issued_on": date(2026, 12, 1),
        "due_on": date(2026, 12, 15),
        "delivered_from": date(2026, 11, 1),
        "delivered_to": date(2026, 11, 30),
        "seller": KVARTAL,
        "buyer": FJELL,
        "locale": "nb",
        "reference": "0000123000017",
        "bank": Bank(iban="NO9386011117947", bic="DNBANOKK", account="8601 11 17947", name="Kvartal Coworking AS"),
        "delivered_at": "Kvartal, Markveien 35, Oslo",
        "fingerprint": "9f2c71aa03be5d18" * 4,
        "brand": Brand("Kvartal", hue=250, chroma=90),
    } | more
    return Paper(lines=numbered, taxes=rows, net=net, vat=vat, gross=net + vat, prepaid=prepaid, due=net + vat - prepaid, **values)


def norwegian(**more: Any) -> Paper:
    """Kvartal bills a company in kroner: plan, rooms over the allowance, lunch at another rate, a discount."""
    november: dict[str, Any] = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}
    return paper(
        [
            line("Pluss, fast plass", Money(1_396_000, "NOK"), unit=MONTH, quantity=Decimal(4), unit_net=Money(349_000, "NOK"), **november),
            line(
                "Fjord, møterom", Money(105_000, "NOK"), unit=HOUR, quantity=Decimal("3.5"), unit_net=Money(30_000, "NOK"),
                details=("25. november 10:00–13:30, Tone Berg", "12 av 12 timer i planen var brukt"),
                starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 25),
            ),
            line("Lunsj for åtte", Money(128_000, "NOK"), 1500, quantity=Decimal(8), unit_net=Money(16_000, "NOK")),
            line("Rabatt, fire plasser", Money(-69_800, "NOK"), quantity=Decimal(1), unit_net=Money(-69_800, "NOK")),
        ],
        **more,
    )  # fmt: skip


def french(**more: Any) -> Paper:
    """La Rotonde bills a company in euro, and names a purchase order."""
    values = {
        "label": "LR-2026-000042", "seller": ROTONDE, "buyer": ATELIER, "locale": "fr", "purchase_order": "PO-7781", "delivered_at": "La Rotonde, Paris 19e",
        "bank": Bank(iban="FR7630006000011234567890189", bic="AGRIFRPP", name="La Rotonde SAS"), "reference": "LR2026000042", "brand": Brand("La Rotonde", 20, 120),
    } | more  # fmt: skip
    return paper(
        [
            line("Abonnement Bureau nomade", Money(29_900, "EUR"), 2000, unit=MONTH, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30)),
            line("Salle Orangerie", Money(8_750, "EUR"), 2000, unit=HOUR, quantity=Decimal("2.5"), unit_net=Money(3_500, "EUR")),
            line("Déjeuner", Money(4_200, "EUR"), 1000, quantity=Decimal(3), unit_net=Money(1_400, "EUR")),
        ],
        **values,
    )


def british(**more: Any) -> Paper:
    """Loom bills a person in sterling; a price given gross leaves an odd net price."""
    values = {
        "label": "LW-2026-000007", "seller": LOOM, "buyer": ADA, "locale": "en", "delivered_at": "Loom, 18 Cable Street",
        "bank": Bank(iban="GB29NWBK60161331926819", bic="NWBKGB2L", account="60-16-13 31926819", name="Loom Works Ltd"), "reference": "LW7",
        "brand": Brand("Loom", 150, 100), "tax_point": date(2026, 12, 1),
    } | more  # fmt: skip
    return paper(
        [
            line("Day pass", Money(5_000, "GBP"), 2000, quantity=Decimal(3), unit_net=Money(1_667, "GBP")),
            line("Postage", Money(340, "GBP"), 0, vat_category="Z"),
        ],
        **values,
    )


def credit(of: Paper, **more: Any) -> Paper:
    """All of a paper given back."""
    return replace(
        of, kind="credit_note", label=f"{of.label}C", credits=(Credited(of.label, of.issued_on),), issued_on=of.issued_on + timedelta(days=3), **more
    )
