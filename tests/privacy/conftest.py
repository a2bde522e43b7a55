"""When tests of privacy take place."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import MONDAY


@pytest.fixture
def eight_on_monday() -> Iterator[None]:
    """Time stands still at eight o'clock on a Monday in Bergen."""
    with time_machine.travel(MONDAY, tick=False):
        yield
