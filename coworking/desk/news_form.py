"""Forms of messages to many."""

from collections.abc import Iterator

from flask import g
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from coworking.core.forms import AT_MOST, OF_THE_LIST, one_line, options, several_lines
from coworking.core.mail_classes import STOPPABLE, MailClass
from coworking.core.texts import Texts
from coworking.people.addresses import LONGEST
from coworking.people.forms import NO_MAIL, TOO_LONG, address, required
from coworking.privacy.models import NewsMessage

KINDS = {
    MailClass.ACTIVITY: _("To members: what happens in the house"),
    MailClass.NEWS: _("News, to whoever asked for them"),
    MailClass.MARKETING: _("An offer, to whoever asked for offers"),
}
SUBJECT, BODY = Length(max=160, message=AT_MOST), Length(max=10_000, message=AT_MOST)


class MessageForm(FlaskForm):
    """What kind of message, with subject and words in each of the operator's languages."""

    kind = RadioField(_("What it is"), choices=options((kind.value, words) for kind, words in KINDS.items()), validate_choice=False)
    subject_en = StringField(_("Subject, English"), [SUBJECT], filters=[one_line])
    subject_fr = StringField(_("Subject, French"), [SUBJECT], filters=[one_line])
    subject_nb = StringField(_("Subject, Norwegian"), [SUBJECT], filters=[one_line])
    body_en = TextAreaField(_("Words, English"), [BODY], filters=[several_lines])
    body_fr = TextAreaField(_("Words, French"), [BODY], filters=[several_lines])
    body_nb = TextAreaField(_("Words, Norwegian"), [BODY], filters=[several_lines])

    def validate(self, extra_validators: object = None) -> bool:
        """A kind, and subject and words in the operator's first language at least; a language that is begun is finished."""
        fine = bool(super().validate(extra_validators))
        if self.kind.data not in {kind.value for kind in STOPPABLE}:
            self.kind.errors = [OF_THE_LIST]
            fine = False
        first = g.operator.default_locale
        for subject, body in self.languages():
            if subject.data or body.data or subject.name.endswith(first):
                fine = _filled(subject, _("Write a subject")) and fine
                fine = _filled(body, _("Write what you want to say")) and fine
        return fine

    def languages(self) -> Iterator[tuple[Field, Field]]:
        """Subject and words of each language that the operator offers, its first one first."""
        first = g.operator.default_locale
        for code in (first, *(code for code in g.operator.locales if code != first)):
            yield self[f"subject_{code}"], self[f"body_{code}"]

    @property
    def mail_class(self) -> MailClass:
        """The class that was chosen."""
        return MailClass(self.kind.data)

    def texts(self, name: str) -> Texts:
        """``subject`` or ``body`` by language, without empty ones."""
        typed = {code: self[f"{name}_{code}"].data or "" for code in g.operator.locales}
        return Texts({code: text for code, text in typed.items() if text})

    @classmethod
    def of(cls, message: NewsMessage) -> "MessageForm":
        """The form filled with a draft."""
        words = {f"{name}_{code}": getattr(message, name).get(code, "") for name in ("subject", "body") for code in g.operator.locales}
        return cls(formdata=None, data={"kind": message.mail_class, **words})


class RefusalForm(FlaskForm):
    """Somebody wrote, called or said that they want no mails."""

    email = EmailField(_("Address that wants no mails"), [*required(NO_MAIL), Length(max=LONGEST, message=TOO_LONG), address])


def _filled(field: Field, message: LazyString) -> bool:
    if field.errors or field.data:
        return not field.errors
    field.errors = [str(message)]
    return False
