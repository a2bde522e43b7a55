"""Tables of the outbox: mails that wait, were sent, or are only kept."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from . import clock
from .db import Base, Identified
from .labels import not_personal, personal

WAITING, SENT, REFUSED, KEPT = "waiting", "sent", "refused", "kept"

HANDLING = not_personal("how the sending went")


class OutboxMail(Identified, Base):
    """One mail to one address, as its reader will see it. An operator's, or the host's own."""

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.Index("ix_outbox_mail_operator", "operator_id", "created_at"),)

    operator_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("operator.id", ondelete="CASCADE"), info=not_personal("names a business"))
    message_id: Mapped[str] = mapped_column(sa.String(300), unique=True, info=not_personal("made by the app, the same at every attempt"))
    to: Mapped[str] = mapped_column(sa.String(254), info=personal("mail.address"))
    from_name: Mapped[str] = mapped_column(sa.String(120), info=not_personal("name of a business"))
    reply_to: Mapped[str] = mapped_column(sa.String(254), default="", info=personal("mail.address"))
    subject: Mapped[str] = mapped_column(sa.Text, info=personal("mail.content"))
    text: Mapped[str] = mapped_column(sa.Text, info=personal("mail.content"))
    html: Mapped[str] = mapped_column(sa.Text, info=personal("mail.content"))
    locale: Mapped[str] = mapped_column(sa.String(8), info=personal("mail.content"))
    mail_class: Mapped[str] = mapped_column(
        sa.String(10), default="service", server_default="service", info=not_personal("a value of mail.MailClass")
    )
    unsubscribe_url: Mapped[str] = mapped_column(sa.Text, default="", server_default="", info=personal("mail.content"))
    vanishes: Mapped[bool] = mapped_column(default=False, server_default=sa.false(), info=HANDLING)
    """Nothing of it stays once it is sent or refused: the last mail to somebody who was erased."""
    state: Mapped[str] = mapped_column(sa.String(10), default=WAITING, info=HANDLING)
    attempts: Mapped[int] = mapped_column(default=0, info=HANDLING)
    last_error: Mapped[str] = mapped_column(sa.String(120), default="", info=not_personal("class and code of the error, never its text"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=HANDLING)
    sent_at: Mapped[datetime | None] = mapped_column(info=HANDLING)

    attachments: Mapped[list["OutboxAttachment"]] = relationship(
        order_by="OutboxAttachment.position", cascade="all, delete-orphan", passive_deletes=True
    )


class OutboxAttachment(Identified, Base):
    """A file that goes with a mail."""

    __tablename__ = "outbox_attachment"

    mail_id: Mapped[UUID] = mapped_column(sa.ForeignKey("outbox_mail.id", ondelete="CASCADE"), index=True, info=HANDLING)
    position: Mapped[int] = mapped_column(info=HANDLING)
    name: Mapped[str] = mapped_column(sa.String(120), info=personal("mail.content"))
    content_type: Mapped[str] = mapped_column(sa.String(120), info=HANDLING)
    data: Mapped[bytes] = mapped_column(info=personal("mail.content"))
