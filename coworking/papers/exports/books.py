"""Double-entry books as plain values: what every export is written from. Amounts are signed: debit positive, credit negative."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from coworking.core.money import Money

from ..paper import Bank, Category, Party, total


class Unbalanced(ValueError):
    """An entry whose debits are not its credits."""


class UnknownAccount(ValueError):
    """A posting on an account or a customer that the books do not have."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart. ``grouping`` is SAF-T's category and code, where the account's number does not tell them."""

    number: str
    name: str
    opening: Money
    grouping: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's sub-account of the receivables. ``number`` is the operator's own, at most 35 characters."""

    number: str
    party: Party
    account: str
    opening: Money


@dataclass(frozen=True, slots=True)
class VatPart:
    """The VAT of a posting: its category, rate in basis points, what it was counted on and what it came to (both unsigned)."""

    category: Category
    rate: int
    base: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry. ``foreign`` is the amount in the currency of the paper, where the books have another."""

    account: str
    amount: Money
    text: str
    customer: str = ""
    vat: VatPart | None = None
    reference: str = ""
    due_on: date | None = None
    foreign: Money | None = None
    matched: str = ""
    matched_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in the books. ``number`` grows without gaps; ``entered_on`` is when it became final. Raises Unbalanced."""

    number: int
    day: date
    text: str
    document: str
    document_day: date
    entered_on: date
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if len(self.postings) < 2 or total((one.amount for one in self.postings), self.postings[0].amount.currency):
            raise Unbalanced(f"entry {self.number}, {self.document}")


@dataclass(frozen=True, slots=True)
class Journal:
    """Entries of one kind, such as sales or bank, in their order."""

    code: str
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """A period of an operator's books, both days inside. Raises UnknownAccount."""

    company: Party
    currency: str
    starts_on: date
    ends_on: date
    created_on: date
    accounts: tuple[Account, ...]
    customers: tuple[Customer, ...]
    journals: tuple[Journal, ...]
    bank: Bank = field(default_factory=Bank)
    version: str = "1"

    def __post_init__(self) -> None:
        accounts, customers = {one.number for one in self.accounts}, {one.number for one in self.customers}
        for posting in self.postings():
            if posting.account not in accounts or (posting.customer and posting.customer not in customers):
                raise UnknownAccount(f"{posting.account} {posting.customer}".strip())

    def entries(self) -> Iterator[tuple[Journal, Entry]]:
        """All entries with their journals, by number."""
        pairs = [(journal, entry) for journal in self.journals for entry in journal.entries]
        return iter(sorted(pairs, key=lambda pair: pair[1].number))

    def postings(self) -> Iterator[Posting]:
        """All postings."""
        return (posting for journal in self.journals for entry in journal.entries for posting in entry.postings)

    def moved(self) -> tuple[dict[str, Money], dict[str, Money]]:
        """How much each account, and each customer, moved in the period."""
        accounts: dict[str, Money] = {}
        customers: dict[str, Money] = {}
        for posting in self.postings():
            accounts[posting.account] = accounts.get(posting.account, Money(0, self.currency)) + posting.amount
            if posting.customer:
                customers[posting.customer] = customers.get(posting.customer, Money(0, self.currency)) + posting.amount
        return accounts, customers

    @property
    def turnover(self) -> Money:
        """Sum of all debits, which is that of all credits."""
        return total((posting.amount for posting in self.postings() if posting.amount.minor > 0), self.currency)
