"""Access without signing in: a link mailed to an address that we know, and to no other. No papers are ever asked for.

Whoever reads mail at an address is taken for its owner, as with the link that signs in. The link names a wish by its id,
sealed, and so says nothing of the address; it is good for a day, and may be used again until then.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, i18n, jobs, mail, mail_tokens
from coworking.core.db import db
from coworking.core.links import absolute_url
from coworking.people.models import LinkWish, Person

from .finding import Subject, columns_of, owned
from .register import TABLES

KIND = "privacy"
LASTS = timedelta(hours=24)
MAIL = "privacy.mail_link"
# The wish for the link and the mail with it are no reason to send one.
_NOT_HELD = frozenset({"link_wish", "outbox_mail", "outbox_attachment"})


def wish(email: str) -> None:
    """Have a link mailed to a normal address if we keep anything under it. The request does the same work either way."""
    row = LinkWish(kind=KIND, email=email)
    db.session.add(row)
    db.session.flush()
    jobs.enqueue(MAIL, wish_id=str(row.id))


def subject_of(token: str) -> Subject | None:
    """Who a link was mailed to, while it is good."""
    row = _wish_of(token)
    return _subject(row.email) if row is not None and row.created_at > clock.now() - LASTS else None


def token_of(row: LinkWish) -> str:
    """What stands in the link for a wish."""
    return mail_tokens.seal(KIND, str(row.id))


def holds_something(subject: Subject) -> bool:
    """Whether any table has a row of the subject."""
    parts = [sa.select(sa.literal(1)).select_from(columns_of(name)).where(owned(subject, name)) for name in _looked_at()]
    return any(db.session.connection().scalar(part.limit(1)) is not None for part in parts)


@jobs.job(MAIL)
def mail_link(wish_id: str) -> None:
    """Mail the link that was wished for, or nothing where we keep nothing."""
    row = db.session.get(LinkWish, UUID(wish_id))
    if row is None:
        return
    subject = _subject(row.email)
    if not holds_something(subject):
        db.session.delete(row)
        return
    url = absolute_url("privacy.by_link", token=token_of(row))
    mail.post(to=row.email, template="emails/privacy/link", locale=i18n.language(), url=url)


def _subject(email: str) -> Subject:
    person_id = db.session.scalar(sa.select(Person.id).where(Person.email == email))
    return Subject(person_id, email)


def _wish_of(token: str) -> LinkWish | None:
    wish_id = mail_tokens.unseal(KIND, token) if token else None
    row = db.session.get(LinkWish, UUID(wish_id)) if wish_id is not None else None
    return row if row is not None and row.kind == KIND else None


def _looked_at() -> list[str]:
    return [table.name for table in TABLES.values() if table.owner and table.name not in _NOT_HELD]
