"""What is kept of people, one file a domain."""

from ..entry import Entry
from . import bookings, enquiries, hosting, memberships, money, people, post, rights

ENTRIES: dict[str, Entry] = {
    entry.key: entry for domain in (people, bookings, enquiries, memberships, money, post, rights, hosting) for entry in domain.ENTRIES
}
