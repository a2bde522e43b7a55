"""The closed vocabulary of the register. A purpose, basis or recipient that is not here can't be written down, or printed."""

from enum import Enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Term(Enum):
    """A word with its text for people and its name for machines (DPV 2, https://w3id.org/dpv)."""

    text: LazyString
    dpv: str

    def __new__(cls, value: str, text: LazyString, dpv: str) -> "Term":
        """A member whose value is its short name."""
        member = object.__new__(cls)
        member._value_ = value
        member.text = text
        member.dpv = dpv
        return member


class Controller(Term):
    """Who decides why and how (GDPR Art. 4(7))."""

    OPERATOR = "operator", _("the operator of the space"), "dpv:DataController"
    HOST = "host", _("the host of the software"), "dpv:DataController"


class Subject(Term):
    """Whom the data is about."""

    VISITOR = "visitor", _("Visitor of the website"), "dpv:User"
    MEMBER = "member", _("Member"), "dpv:Member"
    GUEST = "guest", _("Guest of a member"), "dpv:Visitor"
    CUSTOMER = "customer", _("Customer, who pays"), "dpv:Customer"
    STAFF = "staff", _("Staff"), "dpv:Employee"


class Purpose(Term):
    """What personal data may be used for. There is no other purpose."""

    ACCOUNT = "account", _("to keep your account and let you sign in"), "dpv:IdentityAuthentication"
    BOOKING = "booking", _("to book rooms and desks and to run the day"), "dpv:ServiceProvision"
    MEMBERSHIP = "membership", _("to carry out your membership"), "dpv:FulfilmentOfContractualObligation"
    PAYMENT = "payment", _("to bill and to get paid"), "dpv:PaymentManagement"
    BOOKS = "books", _("to keep the books that the law asks for"), "dpv:LegalCompliance"
    ANSWERING = "answering", _("to answer you"), "dpv:CommunicationManagement"
    DELIVERY = "delivery", _("to send you the mails that belong to what you did"), "dpv:CommunicationForCustomerCare"
    SECURITY = "security", _("to keep accounts and payments safe"), "dpv:EnforceSecurity"
    RIGHTS = "rights", _("to answer your requests about your data, and to show that we did"), "dpv:RightsFulfilment"
    NEWS = "news", _("to send you news, if you asked for it"), "dpv:DirectMarketing"
    RUNNING = "running", _("to run and mend the service"), "dpv:TechnicalServiceProvision"


class Basis(Term):
    """What makes it lawful (GDPR Art. 6(1))."""

    CONTRACT = "contract", _("our contract with you (Art. 6(1)(b))"), "dpv:Contract"
    LAW = "law", _("a legal duty (Art. 6(1)(c))"), "dpv:LegalObligation"
    INTEREST = "interest", _("our legitimate interest (Art. 6(1)(f))"), "dpv:LegitimateInterest"
    CONSENT = "consent", _("your consent, which you can take back at any time (Art. 6(1)(a))"), "dpv:Consent"


class Source(Term):
    """Where the data comes from (GDPR Art. 14(2)(f))."""

    SUBJECT = "subject", _("you"), "dpv:DataSubjectDataSource"
    OTHER_USER = "other_user", _("somebody who invited you"), "dpv:DataSource"
    OPERATOR = "operator", _("the staff of the space"), "dpv:DataControllerDataSource"
    AUTOMATIC = "automatic", _("made by the software when you use it"), "dpv:DataSource"
    THIRD_PARTY = "third_party", _("the bank or the payment provider"), "dpv:ThirdPartyDataSource"


class Reader(Term):
    """Who sees it inside the house, by role."""

    SELF = "self", _("you"), "dpv:DataSubject"
    MEMBERS = "members", _("other members"), "dpv:Member"
    GUESTS = "guests", _("the guests whom you invite"), "dpv:Visitor"
    FRONT_DESK = "front_desk", _("the front desk"), "dpv:Employee"
    MANAGER = "manager", _("managers and the owner"), "dpv:Employee"
    ACCOUNTANT = "accountant", _("the accountant"), "dpv:Employee"
    HOST = "host", _("the host of the software"), "dpv:DataProcessor"
    NOBODY = "nobody", _("nobody; only the software reads it"), "dpv:DataProcessor"


class Export(Enum):
    """Whether it goes into the copy that a person gets. Not the same list as what is erased."""

    INCLUDE = "include"
    REDACTED = "redacted"
    """With the other person's side left out (GDPR Art. 15(4))."""
    WITHHOLD = "withhold"
    """A secret whose copy would weaken the person's own safety, such as the hash of a password. Named, never copied."""


class Erase(Enum):
    """What happens to it when the person is erased."""

    DELETE = "delete"
    SEVER = "sever"
    """Only counts stay, too coarse to lead back."""
    HOLD = "hold"
    """Kept because a law says so, cut from everything else, then deleted."""
    CUT = "cut"
    """Another person's row stays; the mention of this person in it is removed."""
    EXPIRE = "expire"
    """Goes by itself within its retention, a few days at most, or with the store that it lies in."""
