"""What the tests of the desk's settings share."""

from collections.abc import Callable
from typing import Any

Look = Callable[[Any], Any]


def assert_refused(answer: Any, field: str, value: str = "") -> None:
    """The page came back with a message at the field, which the field names for screen readers, and one on top."""
    told = (field, value[:40], answer.status_code)
    assert answer.status_code == 422, told
    assert f'id="{field}-error"' in answer.text, told
    assert f'href="#{field}' in answer.text, told
    assert "Error:" in answer.text.split("</title>")[0], told
