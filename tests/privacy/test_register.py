"""The register agrees with the labels on columns, with itself, and with the places where data lies."""

import dataclasses
from datetime import date, timedelta

import pytest

from coworking.core.permissions import ALLOWED, Permission, Role
from coworking.privacy.register import ENTRIES, TABLES
from coworking.privacy.register.authorities import AUTHORITIES, authority_of
from coworking.privacy.register.checking import columns_of, faults
from coworking.privacy.register.entry import Clock, Held, Keep, Use
from coworking.privacy.register.laws import LAWS, law
from coworking.privacy.register.recipients import RECIPIENTS, Kind, Transfer
from coworking.privacy.register.rules import RULES as NUMBERS
from coworking.privacy.register.rules import RuleKey, rule
from coworking.privacy.register.stores import BACKUP_DAYS, STORES
from coworking.privacy.register.terms import Basis, Controller, Export, Purpose, Reader, Source
from coworking.privacy.retention_rules import RULES
from coworking.schema import metadata


def test_nothing_contradicts_anything_else() -> None:
    assert faults(columns_of(metadata)) == []


@pytest.mark.proves("WPX-1")
def test_a_use_without_what_makes_it_lawful_is_no_use() -> None:
    with pytest.raises(ValueError, match="weighed"):
        Use(Purpose.RUNNING, Basis.INTEREST)
    with pytest.raises(ValueError, match="consent key"):
        Use(Purpose.NEWS, Basis.CONSENT)


@pytest.mark.proves("W2G-34", "CLW-32")
def test_what_is_sent_out_of_the_european_area_needs_a_tool() -> None:
    with pytest.raises(ValueError, match="nothing makes that lawful"):
        dataclasses.replace(RECIPIENTS["stripe"], country="US")
    assert dataclasses.replace(RECIPIENTS["stripe"], country="US", transfer=Transfer.CLAUSES).country == "US"


@pytest.mark.proves("WPX-2")
def test_everything_says_where_it_comes_from() -> None:
    assert {member for entry in ENTRIES.values() for member in entry.source} == set(Source)
    with pytest.raises(ValueError, match="source"):
        dataclasses.replace(ENTRIES["person.phone"], source=frozenset())


@pytest.mark.proves("WPX-35", "CLW-16")
def test_nobody_can_be_written_down_who_buys_data_or_sells_with_it() -> None:
    assert {kind.value for kind in Kind} == {"processor", "controller"}
    assert {member.value for member in Purpose} == {
        "account", "booking", "membership", "payment", "books", "answering", "delivery", "security", "rights", "news", "running",
    }  # fmt: skip
    with pytest.raises(ValueError, match="improve"):
        Purpose("improve")  # type: ignore[call-arg]


@pytest.mark.proves("CLW-8", "W2G-40")
def test_each_named_recipient_has_its_own_policy_to_read() -> None:
    assert all(recipient.policy_url.startswith("https://") for recipient in RECIPIENTS.values() if recipient.name)
    assert RECIPIENTS["stripe"].policy_url == "https://stripe.com/privacy"


@pytest.mark.proves("WPX-16")
def test_of_a_card_only_brand_last_digits_and_expiry_are_kept() -> None:
    kept = {column.name for column in columns_of(metadata) if column.table == "payment_method" and column.key == "payment.method"}
    assert kept == {"account_id", "token", "kind", "brand", "last4", "expires_month", "expires_year", "is_default", "added_at", "removed_at"}


SHOWN = {
    Permission.SEE_PEOPLE: ("person.email", "person.name", "person.phone", "person.company", "person.account", "person.role", "subscription.record"),
    Permission.SEE_DAY: ("booking.person", "booking.time", "booking.title", "booking.price", "booking.check_in"),
    Permission.ANSWER_ENQUIRIES: ("enquiry.name", "enquiry.email", "enquiry.message"),
    Permission.SEE_PAPERS: ("account.name", "account.address", "account.tax", "charge.record", "invoice.record", "payment.record", "deposit.record"),
    Permission.MANAGE_PRIVACY: ("request.words", "consent.record", "restriction.record", "problem.record"),
}
ROLES = {Role.OWNER: Reader.MANAGER, Role.MANAGER: Reader.MANAGER, Role.FRONT_DESK: Reader.FRONT_DESK, Role.ACCOUNTANT: Reader.ACCOUNTANT}


@pytest.mark.proves("W2G-27")
@pytest.mark.parametrize("permission", SHOWN)
def test_the_register_names_those_of_the_staff_who_may_see_it_and_nobody_else(permission: Permission) -> None:
    may = {reader for role, reader in ROLES.items() if permission in ALLOWED[role]}
    for key in SHOWN[permission]:
        assert ENTRIES[key].readers & set(ROLES.values()) == may, key


def test_only_secrets_are_withheld_from_a_copy() -> None:
    withheld = {key for key, entry in ENTRIES.items() if entry.export is Export.WITHHOLD}
    assert withheld == {"person.password", "session.token", "attempt.key", "job.args", "payment.event", "erasure.mark"}


def test_backups_end_after_five_weeks() -> None:
    assert BACKUP_DAYS == 35
    assert STORES["backups"].days == BACKUP_DAYS
    journal = STORES["journal"].days
    assert journal is not None and BACKUP_DAYS < journal < 2 * BACKUP_DAYS, "longer than any back-up, and not much"


def test_everything_that_is_kept_for_a_time_has_a_rule_that_ends_it() -> None:
    ruled = {(each.table, key) for each in RULES for key in {*each.keys, *each.blanks}}
    timed = {
        (column.table, column.key)
        for column in columns_of(metadata)
        if column.key and column.name not in TABLES[column.table].mentions
        and isinstance(retention := ENTRIES[column.key].retention, Keep) and retention.clock in (Clock.CREATED, Clock.ENDED)
    }  # fmt: skip
    # Attachments go with their mail, and the queue tidies itself.
    assert timed - ruled == {("outbox_attachment", "mail.content"), ("job", "job.args")}


def test_each_law_that_holds_something_has_rows_for_every_country() -> None:
    held = {entry.retention.law for entry in ENTRIES.values() if isinstance(entry.retention, Held)}
    for key in held:
        for country in ("NO", "FR", "GB", "SE", ""):
            assert law(key, country, date(2026, 11, 22)).months > 0


def test_norwegian_books_are_kept_five_years_from_the_end_of_the_year_and_french_ones_ten() -> None:
    paper = date(2026, 3, 14)
    assert law("accounting", "NO", paper).ends(paper) == date(2032, 1, 1)
    assert law("accounting", "FR", paper).ends(paper) == date(2037, 1, 1)
    assert law("accounting", "GB", paper).ends(paper) == date(2033, 1, 1)


def test_an_unknown_country_keeps_as_long_as_the_longest() -> None:
    assert law("accounting", "XX", date(2026, 1, 1)).months == max(row.months for row in LAWS if row.key == "accounting")


def test_every_dated_row_was_read_within_a_year() -> None:
    newest = max(row.reviewed_on for row in LAWS)
    for row in (*LAWS, *AUTHORITIES, *NUMBERS):
        assert newest - row.reviewed_on < timedelta(days=365)


@pytest.mark.proves("CWL-50", "WPX-48")
def test_every_country_has_an_authority_to_complain_to() -> None:
    assert all(row.complaint_url.startswith("https://") and row.name for row in AUTHORITIES)
    assert authority_of("no").name == "Datatilsynet"
    assert authority_of("FR").name == "CNIL"
    assert "edpb" in authority_of("BR").url


def test_requests_have_a_month_and_incidents_three_days() -> None:
    assert rule(RuleKey.ANSWER_MONTHS, "NO") == 1
    assert rule(RuleKey.EXTENSION_MONTHS, "FR") == 2
    assert rule(RuleKey.BREACH_HOURS, "GB") == 72
    assert [rule(RuleKey.CONSENT_AGE, country) for country in ("NO", "FR", "GB", "DE")] == [13, 15, 13, 16]


def test_the_host_decides_about_nothing_but_its_own_contracts() -> None:
    assert {key for key, entry in ENTRIES.items() if entry.controller is Controller.HOST} == {"host.contract"}
    assert all(table.name for table in TABLES.values())
