"""What forms of every domain share: cleaning what people type, and fields that answer in our own words.

WTForms' own fields speak WTForms' language for what is no number, date or choice at all. Ours say one sentence for
everything that can be wrong, in the reader's language, and keep what was typed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import format_decimal
from flask_babel import lazy_gettext
from wtforms import DateField, DecimalField, IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields import choices

from . import i18n

# Newer than the stubs that mypy reads.
SelectChoice: Any = vars(choices)["SelectChoice"]

# Marks that turn the direction of what follows them: with one, a name can pass for another.
TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
AT_MOST = lazy_gettext("Enter at most %(max)d characters")
BETWEEN = lazy_gettext("Enter a whole number from %(least)d to %(most)d")
OF_THE_LIST = lazy_gettext("Choose one of the list")
A_DATE = lazy_gettext("Enter a date like 2026-11-30")
# Nine digits are more than anything here needs, and far from where databases stop counting.
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")


def one_line(text: str | None) -> str:
    """Without line breaks and other control characters, and without idle space: names go into mail headers."""
    return " ".join("".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in (text or "").translate(TURNS)).split())


def several_lines(text: str | None) -> str:
    """With line breaks of one kind and no other control characters: PostgreSQL keeps no NUL."""
    plain = (text or "").translate(TURNS).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def zones() -> list[str]:
    """Time zones that a house can be in, as IANA names them: places, not offsets."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/")))


def options(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Value and words of each choice, as WTForms wants them from 3.3 on."""
    return [SelectChoice(value, words) for value, words in pairs]


class WholeNumber(IntegerField):
    """A whole number from ``least`` to ``most``, both included; ``optional`` lets it be empty."""

    def __init__(self, label: Any = None, *, least: int, most: int, message: Any = BETWEEN, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most, self.message, self.optional = least, most, message, optional
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the text; what is no number stays None for pre_validate to refuse."""
        self.typed = one_line(valuelist[0]) if valuelist else ""
        self.data = int(self.typed) if _WHOLE.fullmatch(self.typed) else None

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError for no number, or one out of bounds."""
        if self.optional and not self.typed and self.data is None:
            return
        if self.data is None or not self.least <= self.data <= self.most:
            raise ValidationError(self.message % {"least": self.least, "most": self.most})

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else str(self.data))


class Amount(DecimalField):
    """A number with at most two decimals, from 0 to ``most``, after comma or point; ``optional`` lets it be empty."""

    def __init__(self, label: Any = None, *, most: int, message: Any, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most, self.message, self.optional = most, message, optional
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the text, thousands apart by spaces or not."""
        self.typed = one_line(valuelist[0]) if valuelist else ""
        found = _AMOUNT.fullmatch(self.typed.replace(" ", ""))
        self.data = Decimal(f"{found[1]}.{found[2] or '0'}") if found else None

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError for no amount, or one out of bounds."""
        if self.optional and not self.typed and self.data is None:
            return
        if self.data is None or self.data > self.most:
            raise ValidationError(self.message)

    def _value(self) -> str:
        if self.typed or self.data is None:
            return self.typed
        whole = self.data == int(self.data)
        return str(format_decimal(self.data, format="0" if whole else "0.00", locale=i18n.babel_locale()))


class Day(DateField):
    """A date. ``validate_...`` of the form says which ones make sense."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read ``2026-11-30``; raises ValueError with our words."""
        try:
            super().process_formdata(valuelist)
        except (ValueError, TypeError):
            self.data = None
            raise ValueError(str(A_DATE)) from None


class Choice(SelectField):
    """One of a list."""

    def __init__(self, label: Any = None, validators: Any = None, coerce: Callable[[Any], Any] = str, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=coerce, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What can't be read is none of the list; pre_validate says so."""
        try:
            super().process_formdata(valuelist)
        except (ValueError, TypeError):
            self.data = None

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError for what is not on the list."""
        if not any(chosen for _value, _label, chosen, *_rest in self.iter_choices()):
            raise ValidationError(OF_THE_LIST)


class Choices(SelectMultipleField):
    """Any of a list, each once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Templates draw a field by the name of its type.
        self.type = "SelectMultipleField"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Each once, in the order of the list; what is not on the list is kept for pre_validate to refuse."""
        super().process_formdata(list(dict.fromkeys(valuelist)))

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError for what is not on the list."""
        known = [value for value, *_rest in self.iter_choices()]
        if any(chosen not in known for chosen in self.data or []):
            raise ValidationError(OF_THE_LIST)
        self.data = [value for value in known if value in (self.data or [])]
