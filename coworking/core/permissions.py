"""Who may do what, on one screen. Every route names one of these."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app
from flask_babel import lazy_gettext
from flask_login import current_user

P = ParamSpec("P")
R = TypeVar("R")


class Role(Enum):
    """What a person is at an operator. One each; a person of two operators is two persons."""

    OWNER = "owner"
    MANAGER = "manager"
    FRONT_DESK = "front_desk"
    ACCOUNTANT = "accountant"
    MEMBER = "member"
    SUPPORT = "support"
    """The host's support under a grant, looking only. Nobody is given it on the page of roles."""
    SUPPORT_HELPING = "support_helping"
    """The host's support under a grant that lets it change things."""

    @property
    def is_support(self) -> bool:
        """Whether it is the host's, for the hours of a grant."""
        return self in {Role.SUPPORT, Role.SUPPORT_HELPING}


class Permission(Enum):
    """One thing that can be allowed, with the sentence that the roles page shows."""

    text: str

    def __new__(cls, value: str, text: str) -> "Permission":
        """A member whose value is its short name, with its sentence beside it."""
        member = object.__new__(cls)
        member._value_ = value
        member.text = text
        return member

    PUBLIC = "public", lazy_gettext("See pages that are open to everybody.")
    HAVE_ACCOUNT = "have_account", lazy_gettext("See and change your own profile, sessions and bookings.")
    BOOK = "book", lazy_gettext("Book for yourself, and move or cancel what you booked.")
    SEE_DAY = "see_day", lazy_gettext("See today's timeline with names.")
    BOOK_FOR_OTHERS = "book_for_others", lazy_gettext("Book, move and cancel on behalf of somebody, outside the ordinary rules where needed.")
    BLOCK_SPACE = "block_space", lazy_gettext("Take a room or desk out of use for a time.")
    SEE_PEOPLE = "see_people", lazy_gettext("Search people and open their pages.")
    SAVE_LISTS = "save_lists", lazy_gettext("Save the lists of people and of subscriptions as a file.")
    ANSWER_ENQUIRIES = "answer_enquiries", lazy_gettext("Read and close messages from the contact page.")
    EDIT_SPACES = "edit_spaces", lazy_gettext("Change locations, opening hours, rooms, photos, prices and booking rules.")
    EDIT_PLANS = "edit_plans", lazy_gettext("Change the plans that the public page shows.")
    EDIT_OPERATOR = "edit_operator", lazy_gettext("Change name, brand, languages and legal identity.")
    EDIT_ROLES = "edit_roles", lazy_gettext("Give and take roles, except the owner's own.")
    MANAGE_SUBSCRIPTIONS = "manage_subscriptions", lazy_gettext("Start, change, pause and end subscriptions, and sell passes at the desk.")
    SEE_PAPERS = "see_papers", lazy_gettext("Read prices, bookings and people for the books, without changing them.")
    ISSUE_INVOICES = "issue_invoices", lazy_gettext("Run bills, issue invoices, and credit them.")
    TAKE_PAYMENTS = "take_payments", lazy_gettext("Record payments and match the bank's files to invoices.")
    REFUND = "refund", lazy_gettext("Give money back, and return or keep deposits.")
    MANAGE_PRIVACY = (
        "manage_privacy",
        lazy_gettext("Answer requests about personal data, publish the privacy policy, handle incidents, and set how long things are kept."),
    )
    EDIT_BILLING = "edit_billing", lazy_gettext("Change payment terms, bank account, tax identity and the connection to a payment provider.")


_MEMBER = {Permission.PUBLIC, Permission.HAVE_ACCOUNT, Permission.BOOK}
_FRONT_DESK = _MEMBER | {
    Permission.SEE_DAY,
    Permission.BOOK_FOR_OTHERS,
    Permission.BLOCK_SPACE,
    Permission.SEE_PEOPLE,
    Permission.SAVE_LISTS,
    Permission.ANSWER_ENQUIRIES,
    Permission.MANAGE_SUBSCRIPTIONS,
}
_BOOKS = {Permission.SEE_PAPERS, Permission.ISSUE_INVOICES, Permission.TAKE_PAYMENTS, Permission.REFUND}
_MANAGER = _FRONT_DESK | _BOOKS | {Permission.EDIT_SPACES, Permission.EDIT_PLANS, Permission.EDIT_OPERATOR, Permission.MANAGE_PRIVACY}
# No papers and no files of lists; no account of its own either, which lasts no longer than the grant.
_LOOKING = {Permission.PUBLIC, Permission.SEE_DAY, Permission.SEE_PEOPLE}
_HELPING = {Permission.BOOK_FOR_OTHERS, Permission.BLOCK_SPACE, Permission.EDIT_SPACES, Permission.EDIT_PLANS, Permission.MANAGE_SUBSCRIPTIONS}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: frozenset(_MEMBER),
    Role.ACCOUNTANT: frozenset(_MEMBER | _BOOKS | {Permission.SEE_DAY, Permission.SEE_PEOPLE, Permission.SAVE_LISTS}),
    Role.FRONT_DESK: frozenset(_FRONT_DESK),
    Role.MANAGER: frozenset(_MANAGER),
    Role.OWNER: frozenset(_MANAGER | {Permission.EDIT_ROLES, Permission.EDIT_BILLING}),
    Role.SUPPORT: frozenset(_LOOKING),
    Role.SUPPORT_HELPING: frozenset(_LOOKING | _HELPING),
}


def can(permission: Permission) -> bool:
    """Whether the person of this request may do it. Everybody may see public pages."""
    if permission is Permission.PUBLIC:
        return True
    return bool(current_user.is_authenticated) and permission in ALLOWED[Role(current_user.role)]


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view with the permission that it needs, and check it on each request.

    Nobody signed in: to the sign-in page, and back afterwards. Signed in without the permission: 403.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Any:
            if not can(permission):
                if current_user.is_authenticated:
                    abort(403)
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]
        return checked

    return mark
