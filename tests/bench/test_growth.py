"""A million bookings are as quick to look at and to add to as ten thousand."""

from pathlib import Path

import pytest

from . import growth


@pytest.mark.heavy
def test_a_week_and_an_insert_hardly_grow(backend: str, tmp_path: Path) -> None:
    few, many, most = growth.measure(tmp_path, backend, [400, 10_000, 1_000_000])
    assert growth.growth([few, most], "week page") <= 1.15
    assert growth.growth([many, most], "week view") <= 1.3
    assert growth.growth([many, most], "day at the desk") <= 1.3
    assert growth.growth([many, most], "insert") <= 1.5
