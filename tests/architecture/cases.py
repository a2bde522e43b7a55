"""What the pages of privacy can name, in the house of the outsider: an incident, a report, a grant, a message, consents and links."""

from typing import Any

from coworking.core import clock
from coworking.core.db import db
from coworking.core.mail_classes import MailClass
from coworking.core.mail_tokens import seal
from coworking.core.texts import Texts
from coworking.operators.models import Operator
from coworking.people.models import LinkWish, Person
from coworking.privacy import consents, links, mail_choices, news, support
from coworking.privacy.incidents import cases, reporting
from coworking.privacy.models import AddOn, ErasureReceipt
from tests.cast import House


def fill_cases(house: House) -> tuple[dict[str, Any], dict[str, str]]:
    """Values by the name that routes give them, and tokens by endpoint."""
    olga, alice = (db.session.get_one(Person, each.id) for each in (house.olga, house.alice))
    incident = cases.open_incident("Une liste", clock.now(), olga.id)
    incident.keys = ["booking.time"]
    report = reporting.report(db.session.get_one(Operator, house.operator.id), words="Une facture d’un autre", email="", locale="fr", page="/")
    grant, key = support.grant("Aide", 2, False, olga)
    message = news.draft(MailClass.ACTIVITY, Texts(fr="Travaux"), Texts(fr="Lundi"), olga.id)
    consent = consents.give(alice.email, MailClass.NEWS, "profile")
    add_on = AddOn(
        name="Plan",
        provider="Plan SA",
        country="FR",
        transfer="eea",
        policy_url="https://plan.example/",
        kind="frame",
        source="https://plan.example/",
    )
    wish, asked = LinkWish(kind=links.KIND, email=alice.email), LinkWish(kind=MailClass.NEWS.value, email="luc@example.org")
    receipt = ErasureReceipt(number="R-LOIRE", why="asked", lines=[], erased_on=clock.now().date())
    db.session.add_all([add_on, wish, asked, receipt])
    db.session.flush()
    stop = mail_choices.stop_url(alice.email, MailClass.NEWS).rpartition("/")[2]
    sealed = seal(consents.CONFIRM, str(asked.id))
    values = {
        "incident_id": incident.id, "report_id": report.id, "grant_id": grant.id, "message_id": message.id, "consent_id": consent.id, "add_on_id": add_on.id,
        "number": receipt.number, "mail_class": MailClass.NEWS.value, "name": "person", "table": "person",
    }  # fmt: skip
    tokens = {
        "privacy.support_key": key, "privacy.open_support": key, "privacy.stop_mails": stop, "privacy.stop_by_one_click": stop,
        "privacy.by_link": links.token_of(wish), "privacy.confirm_news": sealed, "privacy.news_confirmed": sealed,
    }  # fmt: skip
    return values, tokens
