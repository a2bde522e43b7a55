"""An operator says who it is, how it looks, which languages it speaks and on which names it answers."""

import io
from typing import Any

import sqlalchemy as sa
from flask import Flask
from PIL import Image

from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators.models import Operator, OperatorHost
from coworking.spaces.models import Equipment, Resource, ResourceEquipment
from tests.cast import Cast, House
from tests.conftest import As
from tests.desk.work import Look, assert_refused

IDENTITY = {
    "name": "Kvartal", "legal_name": "Kvartal Drift AS", "country": "NO", "org_number": "974 760 673", "vat_number": "NO974760673MVA", "street": "Nordnesgaten 12",
    "postcode": "5005", "city": "Bergen", "email": "hei@kvartal.example", "phone": "+47 55 00 00 00",
}  # fmt: skip
BRAND = {"hue": "250", "chroma": "90", "tagline_nb": "Lys og ro", "about_nb": "Ved sjøen"}
LANGUAGES = {"locales": ["en", "nb"], "default_locale": "nb", "zone": "Europe/Oslo"}
EQUIPMENT = {"name_nb": "Skjerm", "name_en": "Screen", "icon": "monitor"}


def operator(look: Look, house: House) -> Operator:
    """As the database has it now."""
    found: Operator = look(sa.select(Operator).where(Operator.id == house.operator.id))
    return found


def test_every_page_of_the_settings_opens_and_leads_to_the_others(bergen: House, browse: As) -> None:
    olga = browse(bergen, bergen.olga)
    front = olga.get("/desk/settings").text
    for page in ("identity", "brand", "languages", "hosts", "equipment", "roles"):
        assert f'href="/desk/settings/{page}"' in front
        assert olga.get(f"/desk/settings/{page}").status_code == 200
    for path in ("/desk/spaces", "/desk/locations/new", "/desk/rooms/new", f"/desk/rooms/{bergen.fjord.id}", f"/desk/locations/{bergen.location.id}"):
        assert olga.get(path).status_code == 200


def test_who_only_reads_is_led_nowhere_that_is_closed(bergen: House, browse: As) -> None:
    siri = browse(bergen, bergen.siri)
    front = siri.get("/desk/settings").text
    assert "/desk/settings/identity" not in front
    assert "/desk/settings/brand" not in front
    assert "/desk/locations/new" not in siri.get("/desk/spaces").text


def test_the_legal_identity_is_kept(bergen: House, browse: As, look: Look) -> None:
    olga = browse(bergen, bergen.olga)
    assert olga.post("/desk/settings/identity", data={**IDENTITY, "slug": "taken", "currency": "USD", "id": "1"}).status_code == 303
    kept = operator(look, bergen)
    assert {field: getattr(kept, field) for field in IDENTITY} == IDENTITY
    assert (kept.slug, kept.currency, kept.id) == ("kvartal", "NOK", bergen.operator.id), "no field that the form doesn't have"
    assert 'value="974 760 673"' in olga.get("/desk/settings/identity").text


MUST = ("name", "legal_name", "street", "postcode", "city", "email")
IDENTITY_REFUSED = [
    *[(field, value) for field in MUST for value in ("", " ", "\x00", "\u202e", "x" * 255)],
    *[("country", value) for value in ("", "XX", "no", "🇳🇴", str(2**63))],
    *[("org_number", value) for value in ("974760674", "abc", "-1", "²²²²²²²²²", "٩٧٤٧٦٠٦٧٣", "🦊", str(2**63), "9" * 41)],
    *[("vat_number", value) for value in ("NO974760674MVA", "FR40303265045", "🦊", "9" * 41)],
    *[("email", value) for value in ("hei", "hei@", "a@b@c.no", "hei@kvartal.example\r\nBcc: x@y.no z", "@", "x" * 250 + "@kvartal.example")],
    ("phone", "5" * 41),
]  # fmt: skip
BRAND_REFUSED = [
    *[(field, value) for field in ("hue", "chroma") for value in ("", "red", "-1", "360", "2.5", "NaN", str(2**63), "9" * 5000, "\x00", "🎨")],
    ("tagline_nb", "x" * 161), ("about_en", "x" * 2001),
]  # fmt: skip
LANGUAGES_REFUSED = [
    *[("locales", value) for value in ([], ["xx"], ["en", "xx"], ["\x00"], [""], ["🇫🇷"])], ("default_locale", "fr"), ("default_locale", "xx"), ("default_locale", ""),
    *[("zone", value) for value in ("", "Mars/Base", "../../etc/passwd", "Europe/Oslo ✓", "x" * 5000)],
]  # fmt: skip
EQUIPMENT_REFUSED = [
    ("name_nb", ""),
    ("name_nb", "\x00"),
    ("name_nb", "x" * 61),
    ("name_en", "x" * 61),
    ("icon", ""),
    ("icon", "../x"),
    ("icon", '"><script>'),
]
HOSTS_REFUSED = [
    ("host", value)
    for value in (
        "", " ", "kvartal", "https://book.kvartal.no", "book.kvartal.no/path", "book.kvartal.no:8000", "127.0.0.1", "[::1]", "*.kvartal.no", "-a.no", "a-.no", "a..no", "a b.no",
        "x" * 64 + ".no", "x." * 127 + "no", "a_b.no", "book.kvartal.no@evil.no", "other.localhost", "localhost", "rotonde.localhost", "🦊", "a\x00b", "1.2.3", "." * 300, "x" * 5000,
    )
]  # fmt: skip
FORMS: dict[str, tuple[dict[str, Any], list[tuple[str, Any]]]] = {
    "identity": (IDENTITY, IDENTITY_REFUSED),
    "brand": (BRAND, BRAND_REFUSED),
    "languages": (LANGUAGES, LANGUAGES_REFUSED),
    "equipment": (EQUIPMENT, EQUIPMENT_REFUSED),
    "hosts": ({}, HOSTS_REFUSED),
}


def test_what_can_not_be_kept_is_refused_at_its_field(bergen: House, browse: As, look: Look) -> None:
    olga = browse(bergen, bergen.olga)
    before = vars(operator(look, bergen))
    for page, (good, refused) in FORMS.items():
        for field, value in refused:
            answer = olga.post(f"/desk/settings/{page}", data={**good, field: value})
            assert_refused(answer, field, str(value))
            assert "Not a valid" not in answer.text
            for other, typed in good.items():
                if other != field and isinstance(typed, str) and other not in ("country", "zone", "default_locale", "icon", "about_nb"):
                    assert f'value="{typed}"' in answer.text, f"{other} stays"
        for body in ({}, {"strange": "x" * 1000}):
            assert olga.post(f"/desk/settings/{page}", data=body).status_code == 422
    after = vars(operator(look, bergen))
    assert {key: value for key, value in before.items() if key[0] != "_" and key != "hosts"} == {
        key: value for key, value in after.items() if key[0] != "_" and key != "hosts"
    }
    assert look(sa.select(sa.func.count()).select_from(Equipment)) == 0


def test_numbers_of_other_countries_are_read_by_their_rules(bergen: House, browse: As) -> None:
    olga = browse(bergen, bergen.olga)
    good = [
        ("NO", "974760673", ""),
        ("FR", "552 100 554", "FR40303265045"),
        ("GB", "SC123456", "GB980780684"),
        ("DE", "HRB 1234", "DE136695976"),
        ("CH", "CHE-100.155.212", ""),
    ]
    for country, number, vat in good:
        answer = olga.post("/desk/settings/identity", data={**IDENTITY, "country": country, "org_number": number, "vat_number": vat})
        assert answer.status_code == 303, country


def test_colour_and_words_re_theme_every_page(bergen: House, browse: As, look: Look) -> None:
    olga = browse(bergen, bergen.olga)
    assert olga.post("/desk/settings/brand", data={**BRAND, "chroma": "170", "tagline_en": "Light <i>&</i> quiet 🌤"}).status_code == 303
    kept = operator(look, bergen)
    assert kept.hue == 250
    assert kept.chroma < 170, "brought down to what screens show at that hue"
    assert dict(kept.tagline) == {"nb": "Lys og ro", "en": "Light <i>&</i> quiet 🌤"}
    assert "<i>&</i>" not in olga.get("/desk/settings").text
    assert browse(bergen).get("/theme.css").status_code == 200


def test_a_logo_is_kept_without_its_camera_and_removed(app: Flask, bergen: House, browse: As, look: Look) -> None:
    olga, out = browse(bergen, bergen.olga), io.BytesIO()
    Image.new("RGBA", (900, 300), "teal").save(out, "PNG")
    for data, name in ((b"", "logo.png"), (b"<svg onload='x'/>", "logo.svg"), (b"MZ", "logo.png")):
        assert_refused(olga.post("/desk/settings/brand", data={**BRAND, "logo": (io.BytesIO(data), name)}), "logo", name)
    assert olga.post("/desk/settings/brand", data={**BRAND, "logo": (io.BytesIO(out.getvalue()), "logo.png")}).status_code == 303
    url = operator(look, bergen).logo_url
    assert url is not None
    assert Image.open(io.BytesIO(browse(bergen).get(url).data)).width == 320
    assert url in olga.get("/desk/settings/brand").text
    assert olga.post("/desk/settings/brand/logo-removal").status_code == 303
    assert operator(look, bergen).logo_file is None


def test_languages_are_those_that_visitors_choose_among(bergen: House, browse: As, look: Look) -> None:
    olga = browse(bergen, bergen.olga)
    assert olga.post("/desk/settings/languages", data={**LANGUAGES, "locales": ["nb", "en", "nb"]}).status_code == 303
    assert operator(look, bergen).locales == ["en", "nb"]
    assert '<html lang="nb"' in browse(bergen, language="fr").get("/desk/nowhere").text


def test_the_name_in_use_stays(app: Flask, cast: Cast, browse: As) -> None:
    with app.app_context():
        db.session.add(OperatorHost(host="kvartal.example", operator_id=cast.bergen.operator.id))
        db.session.commit()
    client = browse(cast.bergen, cast.bergen.olga)
    with client.session_transaction(base_url=f"http://{cast.bergen.host}") as here:
        token = here["_user_id"]
    with client.session_transaction(base_url="http://kvartal.example") as there:
        there["_user_id"] = token
    answer = client.post("/desk/settings/hosts/removal", data={"host": "kvartal.example"}, base_url="http://kvartal.example")
    assert answer.status_code == 422
    assert client.get("/visit", base_url="http://kvartal.example").status_code == 200


def test_equipment_is_listed_put_into_rooms_noted_and_removed(app: Flask, bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for name in ("Skjerm", "Skjerm", "テレビ"):
        assert mats.post("/desk/settings/equipment", data={**EQUIPMENT, "name_nb": name, "access": "y"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        items = list(db.session.scalars(sa.select(Equipment).order_by(Equipment.id)))
    assert [item.key for item in items] == ["screen", "screen-2", "screen-3"]
    assert items[0].access
    from tests.desk.test_rooms import form

    path, chosen = f"/desk/rooms/{bergen.fjord.id}", [str(items[1].id), str(items[0].id), str(items[0].id)]
    assert mats.post(path, data=form(bergen, name="Fjord", equipment=chosen)).status_code == 303
    field = f"note_{items[0].id.hex}_nb"
    assert f'name="{field}"' in mats.get(path).text
    assert_refused(mats.post(f"{path}/equipment-notes", data={field: "x" * 121}), field)
    assert mats.post(f"{path}/equipment-notes", data={field: "75 tommer, <HDMI>", "note_0_nb": "nothing"}).status_code == 303
    assert mats.post(path, data=form(bergen, name="Fjord", equipment=chosen)).status_code == 303
    rows = look(sa.select(Resource).where(Resource.slug == "fjord")).equipment
    assert {row.equipment_id: row.note.get("nb") for row in rows} == {items[0].id: "75 tommer, <HDMI>", items[1].id: None}, (
        "notes outlive other changes"
    )
    assert mats.post(f"/desk/equipment/{items[0].id}/removal").status_code == 303
    assert mats.post(f"/desk/equipment/{items[0].id}/removal").status_code == 404
    assert look(sa.select(sa.func.count()).select_from(ResourceEquipment)) == 1
    assert_refused(mats.post(path, data=form(bergen, equipment=chosen)), "equipment")
