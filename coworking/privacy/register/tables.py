"""All tables with personal data, by name."""

from .entries import bookings, enquiries, memberships, money, people, post, rights
from .table import Table

TABLES: dict[str, Table] = {
    table.name: table for domain in (people, bookings, enquiries, memberships, money, post, rights) for table in domain.TABLES
}
