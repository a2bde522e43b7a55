"""Files are kept, on disk or in a bucket, and shown to whom they belong."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from coworking.core import files, tenancy
from coworking.core.db import db
from tests.cast import House
from tests.conftest import As

PNG = b"\x89PNG\r\n\x1a\n not really"


def keep(app: Flask, house: House, visibility: files.Visibility = "public", content_type: str = "image/png") -> str:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return files.store(visibility, PNG, content_type)


def test_a_public_file_is_shown_to_everybody_and_kept_by_browsers(app: Flask, bergen: House, browse: As) -> None:
    key = keep(app, bergen)
    response = browse(bergen).get(f"/files/{key}")
    assert response.data == PNG
    assert response.content_type == "image/png"
    assert response.headers["Content-Disposition"] == "inline"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers


def test_another_operators_file_is_not_there(app: Flask, bergen: House, nantes: House, browse: As) -> None:
    for visibility in ("public", "private"):
        key = keep(app, bergen, visibility)
        assert browse(nantes, nantes.olga).get(f"/files/{key}").status_code == 404


def test_a_private_file_is_for_signed_in_people_alone(app: Flask, bergen: House, browse: As) -> None:
    key = keep(app, bergen, "private")
    assert browse(bergen).get(f"/files/{key}").status_code == 404
    response = browse(bergen, bergen.alice).get(f"/files/{key}")
    assert response.data == PNG
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_what_is_no_picture_is_downloaded(app: Flask, bergen: House, browse: As) -> None:
    key = keep(app, bergen, content_type="application/pdf")
    assert browse(bergen).get(f"/files/{key}").headers["Content-Disposition"] == 'attachment; filename="file.pdf"'


def test_types_that_a_browser_would_run_are_not_kept(app: Flask, bergen: House) -> None:
    for content_type in ("image/svg+xml", "text/html", "application/javascript"):
        with pytest.raises(ValueError, match="not kept"):
            keep(app, bergen, content_type=content_type)


def test_no_path_leads_out_of_the_folder(app: Flask, bergen: House, browse: As) -> None:
    client = browse(bergen)
    (Path(app.extensions["coworking.config"].data_dir) / "secret.png").write_bytes(b"secret")
    operator = bergen.operator.id
    for path in (
        "../secret.png",
        "public/../../secret.png",
        f"public/{operator}/../../../secret.png",
        "%2e%2e/secret.png",
        f"public/{operator}/x\0.png",
        ".",
    ):
        assert client.get(f"/files/{path}").status_code == 404


def test_a_file_is_removed_after_the_commit_and_not_before(app: Flask, bergen: House) -> None:
    key = keep(app, bergen)
    with app.app_context():
        files.delete(key)
        db.session.rollback()
        assert files.read(key) == PNG
        files.remove(key)
        files.remove(key)
        with pytest.raises(files.NoSuchFile):
            files.read(key)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3-compatible store on this machine."""
    import urllib.request

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT": f"http://{host}:{port}", "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/house", method="PUT")).close()
    yield "s3://house/uploads"
    server.stop()


def test_files_can_live_in_a_bucket(app: Flask, bergen: House, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = app.extensions["coworking.config"]
    monkeypatch.setitem(app.extensions, "coworking.config", dataclasses.replace(config, storage_url=bucket))
    monkeypatch.delitem(app.extensions, "coworking.files", raising=False)
    key = keep(app, bergen)
    with app.app_context():
        assert files.read(key) == PNG
        files.remove(key)
        with pytest.raises(files.NoSuchFile):
            files.read(key)
    app.extensions.pop("coworking.files")
