"""A business's numbers are checked by its country's rules, and its colour is kept to what screens can show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworking.operators import identity
from coworking.operators.forms import COUNTRIES


@pytest.mark.parametrize(
    ("country", "number", "good"),
    [
        ("NO", "974760673", True), ("NO", "974 760 673", True), ("NO", "974760674", False), ("FR", "552 100 554", True), ("FR", "552100555", False),
        ("GB", "01234567", True), ("GB", "sc 123456", True), ("GB", "1234567", False), ("DE", "HRB 1234 B", True), ("SE", "x" * 41, False),
    ],
)  # fmt: skip
def test_organisation_numbers(country: str, number: str, good: bool) -> None:
    assert identity.is_organisation_number(number, country) is good


@pytest.mark.parametrize(
    ("country", "number", "good"),
    [
        ("NO", "NO974760673MVA", True), ("NO", "974760674MVA", False), ("FR", "FR40303265045", True), ("FR", "FR41303265045", False), ("FR", "DE136695976", False),
        ("GB", "GB980780684", True), ("GB", "GB980780685", False), ("DE", "DE136695976", True), ("IE", "IE6433435F", True),
        ("CH", "CHE-107.787.577 IVA", True), ("US", "12-3456789", True), ("US", "x" * 41, False),
    ],
)  # fmt: skip
def test_vat_numbers(country: str, number: str, good: bool) -> None:
    assert identity.is_vat_number(number, country) is good


@given(st.text(max_size=50) | st.text(alphabet="0123456789²³٣NOMVAFR -.", max_size=20), st.sampled_from([*COUNTRIES, "", "XX"]))
def test_no_number_is_too_strange_to_be_answered(number: str, country: str) -> None:
    assert identity.is_organisation_number(number, country) in {True, False}
    assert identity.is_vat_number(number, country) in {True, False}


def test_the_strength_of_a_colour_stays_within_what_screens_show() -> None:
    strengths = [identity.most_chroma(hue) for hue in range(360)]
    assert min(strengths) >= 60, "even the weakest hue is a colour"
    assert max(strengths) < 330
    assert identity.close_to_a_state(25)
    assert not identity.close_to_a_state(200)


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("chroma", [0, 60, 85, 170, 400])
def test_mails_stay_readable_in_every_hue(chroma: int) -> None:
    for hue in range(0, 360, 5):
        own = identity.colours(hue, chroma)
        # The grounds of templates/emails/layout.html.
        for ink, ground in ((own.accent, "#ffffff"), (own.accent_dark, "#1a211e"), (own.on_button_dark, own.button_dark)):
            assert _contrast(ink, ground) >= 4.5, (hue, chroma, ink, ground)


def test_a_hue_is_the_colour_that_it_is_on_pages() -> None:
    assert identity.colours(168, 0).accent == "#545454"
    red, green, blue = (int(identity.colours(25, 170).accent[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green
    assert red > blue
    assert identity.colours(168, 85).accent != identity.colours(255, 85).accent
