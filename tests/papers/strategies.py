"""Any paper that billing could make: many lines, mixed rates, discounts, credit notes, no VAT for every reason, four currencies."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from coworking.core.money import Money
from coworking.papers.paper import DAY, HOUR, MONTH, PIECE, Category, Line, Paper

from .samples import ADA, ATELIER, FJELL, KVARTAL, LOOM, ROTONDE, credit, line, paper

_RATES: dict[str, tuple[int, ...]] = {"NO": (2500, 1500, 1200), "FR": (2000, 1000, 550, 210), "GB": (2000, 500)}
_EXTRA: dict[str, tuple[Category, ...]] = {"NO": ("Z", "E", "O"), "FR": ("E", "O"), "GB": ("Z", "E", "O")}

# What people type, and what they shouldn't.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
names = words.filter(lambda text: any(character.isalnum() for character in text))


@st.composite
def lines(draw: st.DrawFn, currency: str, categories: tuple[tuple[Category, int], ...]) -> Line:
    """A line whose amount need not be its price times its quantity: prices are given gross, and discounts happen."""
    category, rate = draw(st.sampled_from(categories))
    quantity = draw(st.decimals(min_value=Decimal("0.25"), max_value=400, places=2))
    price = Money(draw(st.integers(-2_000_000, 9_000_000)), currency)
    exact = price.share(int(quantity * 100), 100)
    net = exact if draw(st.booleans()) else exact + Money(draw(st.integers(-3, 3)), currency)
    starts = draw(st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    return line(
        draw(names), net, rate, vat_category=category, quantity=quantity, unit_net=price, unit=draw(st.sampled_from((HOUR, DAY, MONTH, PIECE))),
        details=tuple(draw(st.lists(words, max_size=2))), starts_on=starts, ends_on=starts and starts + timedelta(draw(st.integers(0, 40))),
    )  # fmt: skip


@st.composite
def papers(draw: st.DrawFn, most_lines: int = 12) -> Paper:
    """A paper of one of the three operators to a business at home, a business abroad, or a person."""
    seller = draw(st.sampled_from((KVARTAL, ROTONDE, LOOM)))
    buyer = draw(st.sampled_from((FJELL, ATELIER, ADA)))
    currency = draw(st.sampled_from(("NOK", "EUR", "GBP", "JPY")))
    rows = draw(
        st.lists(
            lines(currency, draw(_categories(seller.country, abroad=buyer.vat_number[:2] not in ("", seller.country)))),
            min_size=1,
            max_size=most_lines,
        )
    )
    values: dict[str, Any] = {
        "seller": seller,
        "buyer": replace(buyer, name=draw(names), street=draw(words)),
        "locale": draw(st.sampled_from(("en", "fr", "nb"))),
        "due_on": draw(st.none() | st.just(date(2026, 12, 15))),
        "tax_point": draw(st.none() | st.just(date(2026, 11, 30))),
        "note": draw(words),
        "purchase_order": draw(st.sampled_from(("", "PO 7"))),
        "prepaid": Money(draw(st.sampled_from((0, 100, 99_999))), currency),
    }
    made = paper(rows, **values)
    if currency != (home := {"NO": "NOK", "FR": "EUR", "GB": "GBP"}[seller.country]):
        rate = draw(st.integers(1, 2_000))
        made = replace(made, vat_local=Money(made.vat.minor * rate, home))
    return credit(made) if draw(st.booleans()) else made


@st.composite
def _categories(draw: st.DrawFn, country: str, *, abroad: bool) -> tuple[tuple[Category, int], ...]:
    rated: list[tuple[Category, int]] = [("S", rate) for rate in _RATES[country]]
    other: list[tuple[Category, int]] = [(category, 0) for category in _EXTRA[country]]
    choices = [tuple(rated), tuple(rated + other), *((one,) for one in other)]
    if abroad:
        choices.append((("AE", 0),))
    return draw(st.sampled_from(choices))
