"""What is done to keep data safe (GDPR Art. 32), each measure with the tests that hold it in place."""

from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Aim(Enum):
    """What a measure protects, as GDPR Art. 32(1) sorts it."""

    text: LazyString

    def __new__(cls, value: str, text: LazyString) -> "Aim":
        """A member whose value is its short name, which is also its anchor."""
        member = object.__new__(cls)
        member._value_ = value
        member.text = text
        return member

    ACCESS = "access", _("Who gets in")
    APART = "apart", _("Who sees what")
    SECRET = "secret", _("What nobody can read")
    WHOLE = "whole", _("What can't be lost or changed unseen")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``tests``: names of tests, as pytest writes them."""

    key: str
    aim: Aim
    text: LazyString
    tests: tuple[str, ...]


MEASURES = (
    Measure("hash", Aim.ACCESS, _("Passwords are kept as argon2id hashes, and made anew when that gets stronger."),
            ("tests/people/test_sign_in.py::test_an_old_hash_is_made_anew",)),
    Measure("weak", Aim.ACCESS, _("Weak and common passwords are refused when they are chosen."),
            ("tests/people/test_security.py::test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one",)),
    Measure("guessing", Aim.ACCESS, _("Guessing stops after ten tries, for known and unknown addresses alike."),
            ("tests/people/test_throttle.py::test_an_account_rests_after_ten_wrong_passwords_and_opens_again",
             "tests/people/test_throttle.py::test_an_unknown_account_rests_just_the_same")),
    Measure("sessions", Aim.ACCESS, _("Sessions can be ended one by one, and all end with a new password. The database keeps only hashes of their keys."),
            ("tests/people/test_security.py::test_another_password_signs_out_every_other_browser",
             "tests/people/test_sign_in.py::test_the_database_keeps_no_token")),
    Measure("links", Aim.ACCESS, _("Links that sign somebody in work once and for minutes."),
            ("tests/people/test_mailed_links.py::test_a_link_signs_in_once", "tests/people/test_mailed_links.py::test_a_sign_in_link_lasts_15_minutes")),
    Measure("silence", Aim.ACCESS, _("Nobody learns from an answer who has an account."),
            ("tests/people/test_sign_in.py::test_one_answer_for_unknown_wrong_unconfirmed_and_foreign",)),
    Measure("roles", Aim.APART, _("Each role of the staff opens its own pages and no others, and a role that was taken away is gone at once."),
            ("tests/architecture/test_permissions.py::test_a_role_opens_what_it_may_and_nothing_else",
             "tests/architecture/test_permissions.py::test_a_member_who_is_no_longer_staff_is_out_at_once")),
    Measure("tenants", Aim.APART, _("Spaces that share this software are kept apart three times: in every question to the database, by its keys, and by its own row rules."),
            ("tests/architecture/test_tenancy_matrix.py::test_another_houses_object_is_as_if_it_were_not_there",
             "tests/core/test_tenancy.py::test_a_row_that_points_across_operators_is_refused_by_the_database",
             "tests/core/test_tenancy.py::test_row_level_security_hides_rows_even_from_plain_sql")),
    Measure("forms", Aim.APART, _("No other site can send a form in your name."),
            ("tests/core/test_web.py::test_every_change_wants_the_token",)),
    Measure("pages", Aim.APART, _("Pages run no code but ours, and can't be put into somebody else's frame."),
            ("tests/core/test_web.py::test_every_answer_is_guarded", "tests/core/test_web.py::test_pages_hold_no_code_of_their_own")),
    Measure("wire", Aim.SECRET, _("What is sent is encrypted, and browsers are told to accept nothing else."),
            ("tests/privacy/test_documents.py::test_a_secure_answer_asks_for_secure_ones_from_then_on",)),
    Measure("keys", Aim.SECRET, _("Keys to payment providers are encrypted, and come out on no page."),
            ("tests/core/test_secrets.py::test_what_is_stored_does_not_show_the_secret", "tests/billing/test_desk_money.py::test_keys_go_in_and_never_come_out")),
    Measure("cards", Aim.SECRET, _("Card numbers are typed at the provider and never reach us."),
            ("tests/payments/test_checkout.py::test_a_stranger_pays_and_nothing_is_kept",)),
    Measure("photos", Aim.SECRET, _("Uploaded pictures are made anew: place, time and camera are gone, and so is anything hidden in them."),
            ("tests/core/test_images.py::test_a_photo_is_turned_upright_and_tells_nothing_of_place_or_camera",)),
    Measure("papers", Aim.WHOLE, _("Invoices that were issued and their books can't be changed, not even in the database; a chain of hashes shows any attempt."),
            ("tests/billing/test_invoice.py::test_the_database_itself_refuses_to_change_what_was_issued",
             "tests/billing/test_invoice.py::test_the_chain_holds_and_names_the_first_link_that_was_tampered_with")),
    Measure("crash", Aim.WHOLE, _("What was confirmed to you survives a power cut at that very moment."),
            ("tests/bookings/test_crash.py::test_what_was_acknowledged_outlives_kill_9",)),
    Measure("jobs", Aim.WHOLE, _("Work in the background is done once, whatever fails meanwhile."),
            ("tests/core/test_jobs.py::test_a_killed_worker_loses_no_job_and_doubles_no_effect",)),
)  # fmt: skip
