"""What an operator writes to many: the words, and how many got it. To whom it went is kept nowhere but in the outbox."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.core.texts import Texts

WORDS = not_personal("the operator's own words to everybody")
SENDING = not_personal("when a machine worked")


class NewsMessage(Identified, TenantOwned, Base):
    """A message of one class to all who may get it. A draft until ``started_at``; sent to all at ``finished_at``."""

    __tablename__ = "news_message"
    __table_args__ = (tenant_key(), tenant_fk("made_by_id", "person"), sa.Index("ix_news_message_made", "operator_id", "made_at"))

    mail_class: Mapped[str] = mapped_column(sa.String(10), info=not_personal("a value of mail.MailClass"))
    subject: Mapped[Texts] = mapped_column(default=Texts, info=WORDS)
    body: Mapped[Texts] = mapped_column(default=Texts, info=WORDS)
    """Markdown by language."""
    sent: Mapped[int] = mapped_column(default=0, info=not_personal("a count of mails"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, info=SENDING)
    made_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    started_at: Mapped[datetime | None] = mapped_column(info=SENDING)
    finished_at: Mapped[datetime | None] = mapped_column(info=SENDING)
