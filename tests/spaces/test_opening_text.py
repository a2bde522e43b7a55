"""Opening hours as text: what is written reads as what was meant, and nonsense is refused, never guessed at."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworking.spaces import opening_text

MOMENTS = st.lists(st.integers(0, opening_text.DAY), unique=True, max_size=8).map(sorted).filter(lambda moments: len(moments) % 2 == 0)


@given(MOMENTS)
def test_what_is_written_reads_as_the_same(moments: list[int]) -> None:
    stretches = list(zip(moments[::2], moments[1::2], strict=True))
    assert opening_text.read(opening_text.write(stretches)) == stretches


@given(st.text(alphabet="0123456789:.,;-–—h ab", max_size=40) | st.text(max_size=20))
def test_whatever_is_read_is_in_order_and_within_the_day(text: str) -> None:
    with suppress(opening_text.UnreadableHours):
        ends = [0, *(moment for stretch in opening_text.read(text) for moment in stretch), opening_text.DAY]
        assert ends == sorted(ends)


@pytest.mark.parametrize(
    "text", ["18-8", "8-8", "8-25", "24:01-24:30", "8:60-9", "8-12, 11-14", "13-14, 8-9", "8", "8-", "-", "always", "8-18 x", "٨-١٨x"]
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(opening_text.UnreadableHours):
        opening_text.read(text)
