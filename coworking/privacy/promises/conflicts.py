"""Where the founding documents contradict each other or the law, and the one way that we take.

Those that made us refuse a promise are explained in public, so they are written for readers; the others are notes for us.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Refusal:
    """For readers: what is often written, why we don't write it, and what we do instead."""

    title: LazyString
    others: LazyString
    why: LazyString
    instead: LazyString


@dataclass(frozen=True, slots=True)
class Conflict:
    """One contradiction with its resolution. ``law``: what decided it."""

    key: str
    law: str
    resolution: str
    refusal: Refusal | None = None


def _noted(key: str, law: str, resolution: str) -> Conflict:
    return Conflict(key, law, resolution)


def _refused(key: str, law: str, title: LazyString, others: LazyString, why: LazyString, instead: LazyString) -> Conflict:
    return Conflict(key, law, "refused in public", Refusal(title, others, why, instead))


_ALL = (
    _noted("C-1", "GDPR Art. 8", "Whoever joins declares 18 or older. No date of birth is stored, in no country."),
    _refused(
        "C-2", "GDPR Art. 12(5) and 15(3); CJEU C-307/22",
        _("Money for a copy of your data"),
        _("“A fee is charged for access to your information.”"),
        _("The first copy is free by law, and nobody has to say what it is for."),
        _("Copies cost nothing here, the first and every later one. Your own page makes them at once."),
    ),
    _refused(
        "C-3", "ePrivacy Directive Art. 5(3); Norwegian Electronic Communications Act 2025",
        _("Cookies that you have to fend off yourself"),
        _("“Set your browser to refuse cookies. Some parts of the site may then no longer work.”"),
        _("Whoever wants to follow you has to ask first. It is not for you to find the switch."),
        _("Only cookies that signing in and your language need. Nothing follows you from page to page, so there is nothing to ask or refuse."),
    ),
    _noted("C-4", "the same; there is no Norwegian exemption for audience measurement", "Counted on the server, nothing kept in the browser, no number for a person."),
    _noted("C-5", "PCI DSS; data minimisation", "Only brand, last four digits, last month and the provider's token."),
    _noted("C-6", "GDPR Art. 12–14", "30 days and a message with the differences where rights are touched; a feed for everything."),
    _refused(
        "C-7", "GDPR Art. 4(11) and 7",
        _("Agreement by merely being here"),
        _("“By using this site you agree to this policy and to its later changes.”"),
        _("Consent is a clear act, made freely, for one purpose. Looking at a page is none."),
        _("This policy informs you. Where we need your consent we ask for it by itself, and everything else works if you say no."),
    ),
    _refused(
        "C-8", "ePrivacy Directive Art. 13; French CPCE L34-5; Norwegian Marketing Act § 15",
        _("Advertising as part of the account"),
        _("“With your registration you agree to newsletters, offers and promotions.”"),
        _("News and an account are two things. Nobody should have to take the one to get the other."),
        _("Every kind of news has a switch of its own, off until you turn it on. One click in any mail turns it off again."),
    ),
    _noted("C-9", "GDPR Art. 5(1)(e)", "Every entry has a number; two years without any use is the longest for an account."),
    _noted("C-10", "GDPR Art. 17(3)", "One engine erases, with a receipt that names what stays and why."),
    _refused(
        "C-11", "GDPR Art. 5(1)(a) and (b)",
        _("Your questions as our advertisement"),
        _("“We may publish your questions, feedback and requests to help other users.”"),
        _("You wrote to get an answer, not to be quoted."),
        _("What you write to us stays between you and us."),
    ),
    _refused(
        "C-12", "GDPR Art. 32",
        _("Security at your own risk"),
        _("“No transmission is safe. You send information at your own risk, and we answer for nothing.”"),
        _("The law makes security our duty. No sentence in a policy can hand it to you."),
        _("We don't promise perfection either. We list what we do, each measure with the test that checks it, and tell you when something goes wrong."),
    ),
    _noted("C-13", "GDPR Art. 33 and 34", "24 hours between host and operator by contract, 72 hours to the authority by law."),
    _refused(
        "C-14", "CNIL deliberation 2022-100; NIST SP 800-63B",
        _("A new password every month, and your mother's maiden name"),
        _("“Change your password at least monthly, and give us the answer to a security question.”"),
        _("Passwords that change by the calendar get weaker, and answers to such questions are easy to find out."),
        _("Weak passwords are refused when you choose one. A forgotten one is replaced through a link to your own mailbox."),
    ),
    _noted("C-15", "GDPR chapter V", "Inside the European Economic Area by default; anything else is recorded with each recipient."),
    _refused(
        "C-16", "ePrivacy Directive Art. 13; GDPR Art. 6",
        _("Your address for our partners"),
        _("“We share your details with partners, resellers and advertising networks.”"),
        _("You gave your address to book a desk. Others have no business with it."),
        _("No partner gets it. There is not even a kind of recipient for that in the software."),
    ),
    _refused(
        "C-17", "GDPR recital 30; CJEU C-582/14 (Breyer)",
        _("Calling an IP address anonymous"),
        _("“We collect your IP address. It identifies nobody.”"),
        _("Together with other records it leads to a person, and the courts say so."),
        _("We treat it as personal: it is listed, used against guessed passwords and floods, shortened, and gone within a day."),
    ),
    _noted("C-18", "GDPR Art. 14", "Somebody else's data comes in by invitation, which they accept or leave."),
    _noted("C-19", "GDPR Art. 12(6)", "A session, or a link to the known address; never a copy of an identity card."),
    _refused(
        "C-20", "GDPR Art. 13, 14 and 21",
        _("Members as goods when the business is sold"),
        _("“Your information may be shown to buyers, and passes to whoever buys us.”"),
        _("A buyer can judge a business by its figures. It needs no names."),
        _("The software has no way to hand people to a buyer. Sums can be shown, people not."),
    ),
    _noted("C-21", "EDPB, coordinated enforcement 2025", "The link is cut and the grain made coarse, five people at least; otherwise the row goes."),
    _noted("C-22", "Rome I Art. 6", "The law of the operator's country; a consumer keeps the protection of their own."),
    _refused(
        "C-23", "GDPR Art. 5(1)(b)",
        _("A back door in the list of purposes"),
        _("“… and for any other purpose that we think legitimate.”"),
        _("A purpose is named before data is collected, or it is no purpose."),
        _("Our list of purposes is closed. The software has no place to write another one down."),
    ),
    _noted("C-24", "CJEU C-40/17 (Fashion ID)", "Plain links instead of widgets."),
    _noted("C-25", "GDPR Art. 13(1)(c)", "A legal basis for each purpose."),
    _noted("C-26", "GDPR Art. 15–22", "All rights for everybody, and no decision by software alone."),
    _refused(
        "C-27", "GDPR Art. 5(1)(c)",
        _("Your phone's calls, contacts and microphone"),
        _("“The app may use your microphone, call history and contacts.”"),
        _("None of that is needed to book a room."),
        _("Every page tells the browser that it may use none of these, whoever asks."),
    ),
    _refused(
        "C-28", "GDPR Art. 5(1)(d)",
        _("You alone answer for what is wrong"),
        _("“You warrant that your data is true, and are liable if it is not.”"),
        _("Keeping data right is a duty of whoever keeps it."),
        _("You can look at your data and correct it at any time. If we have something wrong, tell us, and we mend it wherever it went."),
    ),
    _noted("C-29", "EDPB guidelines on transparency", "One page that stands on its own."),
)  # fmt: skip
CONFLICTS: dict[str, Conflict] = {conflict.key: conflict for conflict in _ALL}
