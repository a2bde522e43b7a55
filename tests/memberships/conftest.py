"""When tests of memberships take place."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def december() -> Iterator[None]:
    """Time stands still on the morning of Tuesday 1 December 2026."""
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        yield
