"""One call to the API: who calls, with which wishes; and the table of what can be called."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.routing import Map, Rule

from .store import State
from .wire import Doc, Problem, listing, public

MOST_ROWS = 100
MOST_MINOR = 99_999_999
MOST_WHOLE = 2**62

Handler = Callable[..., Doc]
RULES: list[Rule] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register what answers ``method path``: called with the Call and the ids in the path."""

    def add(function: Handler) -> Handler:
        RULES.append(Rule(path, methods=[method], endpoint=function))
        return function

    return add


def rules() -> Map:
    """The table of what can be called."""
    return Map([rule.empty() for rule in RULES], strict_slashes=False)


@dataclass
class Call:
    """A call of one account, inside its transaction."""

    state: State
    account: str
    path: str
    params: Doc = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text parameter; raises Problem for anything else."""
        value = self.params.get(name, default)
        if not isinstance(value, str):
            raise Problem(f"Invalid string: {name}", param=name)
        return value

    def needs(self, *names: str) -> None:
        """Raises Problem when one of these is not given."""
        for name in names:
            if self.params.get(name) in (None, ""):
                raise Problem(f"Missing required param: {name}.", code="parameter_missing", param=name)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; raises Problem for anything else."""
        return whole(self.params.get(name, default), name)

    def flag(self, name: str) -> bool:
        """Whether a flag is set."""
        return self.params.get(name) == "true"

    def mapping(self, name: str) -> Doc:
        """Nested parameters; raises Problem for anything else."""
        value = self.params.get(name) or {}
        if not isinstance(value, dict):
            raise Problem(f"Invalid object: {name}", param=name)
        return value

    def rows(self, name: str) -> list[Any]:
        """A list parameter."""
        value = self.params.get(name) or []
        return value if isinstance(value, list) else [value]

    def metadata(self, old: Doc | None = None) -> Doc:
        """Metadata merged into what there was; an empty value removes its key."""
        merged = {**(old or {}), **self.mapping("metadata")}
        return {key: str(value) for key, value in merged.items() if value != ""}

    def get(self, kind: str, wanted: str, param: str = "id") -> Doc:
        """An object of this account."""
        return self.state.get(kind, wanted, self.account, param)

    def put(self, doc: Doc) -> Doc:
        """Keep an object in this account."""
        return self.state.put(doc, self.account)

    def page(self, kind: str, wanted: Callable[[Doc], bool] = lambda _doc: True, customer: str = "") -> Doc:
        """One page of a list, as limit, starting_after and created ask."""
        limit = self.integer("limit", 10)
        if not 1 <= limit <= MOST_ROWS:
            raise Problem(f"This value must be between 1 and {MOST_ROWS}.", code="parameter_invalid_integer", param="limit")
        found: list[Doc] = []
        for doc in self._from_cursor(kind, customer):
            if wanted(doc):
                found.append(doc)
            if len(found) > limit:
                break
        return listing(self.path, [public(doc) for doc in found[:limit]], has_more=len(found) > limit)

    def _from_cursor(self, kind: str, customer: str) -> Iterator[Doc]:
        after = self.text("starting_after")
        below = 2**62
        if after:
            self.get(kind, after, "starting_after")
            below = self.state.place_of(after)
        since, until = self._created()
        return self.state.every(kind, self.account, customer=customer, since=since, until=until, below=below)

    def _created(self) -> tuple[int, int]:
        created = self.params.get("created") or {}
        if not isinstance(created, dict):
            return whole(created, "created"), whole(created, "created") + 1
        since = max(whole(created.get("gte", 0), "created"), whole(created.get("gt", -1), "created") + 1)
        until = min(whole(created.get("lt", 2**62), "created"), whole(created.get("lte", 2**62), "created") + 1)
        return since, until


def whole(value: Any, name: str) -> int:
    """A whole number from a form; raises Problem."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = MOST_WHOLE + 1
    if abs(number) > MOST_WHOLE:
        raise Problem(f"Invalid integer: {str(value)[:80]}", code="parameter_invalid_integer", param=name)
    return number


def charged(value: Any, name: str = "amount") -> int:
    """An amount that may be charged, in minor units; raises Problem."""
    amount = whole(value, name)
    if amount < 1:
        raise Problem("This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=name)
    if amount > MOST_MINOR:
        raise Problem("Amount must be no more than 999,999.99.", code="amount_too_large", param=name)
    return amount


def currency_of(value: Any) -> str:
    """A currency in lower case; raises Problem for one that nobody uses."""
    currency = str(value).lower()
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise Problem(f"Invalid currency: {currency[:20]}.", code="invalid_currency", param="currency")
    return currency


def expand(state: State, doc: Any, path: str) -> None:
    """Put the object in place of its id, along a path such as ``latest_charge.balance_transaction``."""
    if isinstance(doc, list):
        for entry in doc:
            expand(state, entry, path)
        return
    head, _, rest = path.partition(".")
    if not isinstance(doc, dict) or head not in doc:
        return
    if isinstance(doc[head], str) and (found := state.peek(doc[head])):
        doc[head] = public(found)
    if rest:
        expand(state, doc[head], rest)
