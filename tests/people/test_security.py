"""Password, address and sessions of one's own."""

import pytest

from tests.cast import PASSWORD, House
from tests.conftest import As

from .conftest import Look, Postman

NEW = "eleven brown herons"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.proves("CLW-43")
def test_another_password_signs_out_every_other_browser(bergen: House, browse: As, postman: Postman) -> None:
    here, elsewhere = browse(bergen, bergen.alice), browse(bergen, bergen.alice)
    assert here.post("/security/password", data={"current": PASSWORD, "password": NEW}).status_code == 303
    assert here.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 303
    assert (postman.last().to, "was changed" in postman.last().subject or "endret" in postman.last().subject) == (bergen.alice.email, True)
    assert browse(bergen).post("/sign-in", data={"email": bergen.alice.email, "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    "data",
    [{"current": "wrong one here", "password": NEW}, {"password": NEW}, {"current": PASSWORD, "password": "short"}, {"current": PASSWORD, "password": "x" * 201},
     {"current": PASSWORD, "password": "alice kvartal"}, {"current": "\x00", "password": NEW}, {}],
)  # fmt: skip
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(bergen: House, browse: As, look: Look, data: dict[str, str]) -> None:
    assert browse(bergen, bergen.alice).post("/security/password", data=data).status_code == 422
    alice = look(bergen.alice.email)
    assert alice and alice.password_hash == bergen.alice.password_hash


def test_guessing_the_password_in_use_is_throttled(bergen: House, browse: As) -> None:
    client = browse(bergen, bergen.alice)
    statuses = [client.post("/security/password", data={"current": "wrong", "password": NEW}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


@pytest.mark.proves("W2G-11", "WSS-16", "CLW-20")
def test_a_browser_is_named_and_can_be_signed_out_alone(bergen: House, browse: As) -> None:
    lost, here = browse(bergen), browse(bergen, bergen.alice)
    lost.post("/sign-in", data={"email": bergen.alice.email, "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    page = here.get("/security").text
    assert "Firefox on Windows" in page
    path = page.split('action="/security/sessions/')[1].split('"')[0]
    assert here.post(f"/security/sessions/{path}").status_code == 303
    assert lost.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200


@pytest.mark.proves("W2G-11")
def test_signing_out_everywhere_else_leaves_this_browser(bergen: House, browse: As) -> None:
    one, two, here = (browse(bergen, bergen.alice) for _ in range(3))
    assert here.post("/security/sessions/end").status_code == 303
    assert [client.get("/profile").status_code for client in (one, two, here)] == [303, 303, 200]


def test_nobody_signs_out_somebody_else(bergen: House, browse: As) -> None:
    alice, bob = browse(bergen, bergen.alice), browse(bergen, bergen.bob)
    browse(bergen, bergen.alice)
    path = alice.get("/security").text.split('action="/security/sessions/')[1].split('"')[0]
    assert bob.post(f"/security/sessions/{path}").status_code == 404
    assert bob.post("/security/sessions/0193a5b0-0000-7000-8000-000000000000/end").status_code == 404
    assert alice.get("/profile").status_code == 200


@pytest.mark.proves("CWL-7")
def test_another_address_counts_once_its_reader_confirms(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    client = browse(bergen, bergen.alice)
    assert client.post("/security/email", data={"email": "New@Example.org", "email_password": PASSWORD}).status_code == 303
    assert look(bergen.alice.email), "nothing changes before the link is used"
    letter = postman.last()
    assert letter.to == "new@example.org"
    assert browse(bergen).get(letter.link).status_code == 200
    assert browse(bergen).post(letter.link).status_code == 303
    assert look("new@example.org") and not look(bergen.alice.email)
    assert postman.last().to == bergen.alice.email, "the old address is told"
    assert browse(bergen).post(letter.link).status_code == 404


def test_an_address_in_use_is_told_to_its_reader_only(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    client = browse(bergen, bergen.alice)
    free = client.post("/security/email", data={"email": "free@example.org", "email_password": PASSWORD})
    taken = client.post("/security/email", data={"email": bergen.bob.email, "email_password": PASSWORD})
    assert (free.status_code, free.location) == (taken.status_code, taken.location) == (303, "/security")
    letter = postman.last()
    assert letter.to == bergen.bob.email
    assert "http" not in letter.text


@pytest.mark.parametrize(
    "data", [{"email": "new@example.org"}, {"email": "new@example.org", "email_password": "wrong"}, {"email": "x", "email_password": PASSWORD}, {}]
)
def test_an_address_is_not_changed_without_the_password_or_to_nothing(bergen: House, browse: As, postman: Postman, data: dict[str, str]) -> None:
    assert browse(bergen, bergen.alice).post("/security/email", data=data).status_code == 422
    assert postman.letters() == []


def test_fields_for_other_columns_change_nothing(bergen: House, browse: As, look: Look) -> None:
    browse(bergen, bergen.alice).post("/profile", data={"name": "Alice", "role": "owner", "email": "x@example.org", "password_hash": "x", "id": "0"})
    alice = look(bergen.alice.email)
    assert alice and (alice.name, alice.role, alice.password_hash) == ("Alice", "member", bergen.alice.password_hash)


@pytest.mark.proves("CWL-3", "WSS-8")
def test_the_profile_is_kept(bergen: House, browse: As, look: Look) -> None:
    client = browse(bergen, bergen.alice)
    data = {
        "name": "Alice Ås",
        "phone": "+47 55 12 34 56",
        "company": "Ås AS",
        "buys_as_company": "y",
        "job_title": "Arkitekt",
        "about": "Tegner\r\nhus 🏠",
        "locale": "fr",
        "zone": "Europe/Paris",
    }
    assert client.post("/profile", data=data).status_code == 303
    alice = look(bergen.alice.email)
    assert alice and (alice.company, alice.buys_as_company, alice.about, alice.locale, alice.zone) == (
        "Ås AS",
        True,
        "Tegner\nhus 🏠",
        "fr",
        "Europe/Paris",
    )
    assert 'lang="fr"' in client.get("/profile").text
    client.post("/profile", data={"name": "Alice Ås", "phone": "", "locale": "", "zone": ""})
    alice = look(bergen.alice.email)
    assert alice and (alice.phone, alice.locale, alice.zone) == ("", None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("phone", "call me"), ("phone", "1" * 41), ("company", "x" * 121), ("job_title", "a\x00b"), ("about", "x" * 2001), ("about", "\x00"),
     ("locale", "../../etc/passwd"), ("locale", "xx"), ("zone", "../../etc/localtime"), ("zone", "Mars/Base"), ("buys_as_company", "y")],
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_at_its_field(bergen: House, browse: As, look: Look, field: str, value: str) -> None:
    answer = browse(bergen, bergen.alice).post("/profile", data={"name": "Alice", "job_title": "Kept", field: value})
    assert answer.status_code == 422
    assert "-error" in answer.text
    alice = look(bergen.alice.email)
    assert alice and alice.name == bergen.alice.name


@pytest.mark.proves("WPX-54")
def test_a_photo_is_made_small_and_seen_by_people_of_the_house_only(bergen: House, browse: As, look: Look, nantes: House) -> None:
    import io

    from PIL import Image

    raw = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(raw, "JPEG")
    client = browse(bergen, bergen.alice)
    answer = client.post("/profile", data={"name": "Alice", "photo": (io.BytesIO(raw.getvalue()), "me.jpg")}, content_type="multipart/form-data")
    assert answer.status_code == 303
    alice = look(bergen.alice.email)
    assert alice and alice.photo_file
    path = f"/files/{alice.photo_file}"
    assert browse(bergen, bergen.bob).get(path).mimetype == "image/webp"
    assert browse(bergen).get(path).status_code == browse(nantes, nantes.alice).get(path).status_code == 404
    assert client.post("/profile", data={"name": "Alice", "remove_photo": "y"}).status_code == 303
    alice = look(bergen.alice.email)
    assert alice and alice.photo_file is None


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"GIF89a", b"\xff\xd8\xff\xe0 cut off"]
)
def test_a_file_that_is_no_photo_is_refused(bergen: House, browse: As, look: Look, content: bytes) -> None:
    import io

    answer = browse(bergen, bergen.alice).post(
        "/profile", data={"name": "Changed", "photo": (io.BytesIO(content), "../me.svg")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.text
    alice = look(bergen.alice.email)
    assert alice and alice.name == bergen.alice.name and alice.photo_file is None
