"""Secrets of others are unreadable without the key, and keys can be replaced."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from coworking.config import Config
from coworking.core import secrets


@pytest.mark.proves("CLW-46")
def test_what_is_stored_does_not_show_the_secret(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    stored = secrets.encrypt("sk_test_ours", config)
    assert "sk_test" not in stored and secrets.decrypt(stored, config) == "sk_test_ours"
    assert secrets.encrypt("sk_test_ours", config) != stored


def test_the_key_is_made_once_and_ours_alone(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _number: secrets.encrypt("one", config), range(8)))
    assert {secrets.decrypt(each, config) for each in stored} == {"one"}
    assert stat.S_IMODE((tmp_path / "encryption_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["encryption_key"]


def test_an_old_key_reads_until_it_is_dropped(tmp_path: Path) -> None:
    old, new = (Fernet.generate_key().decode() for _key in range(2))
    stored = secrets.encrypt("sk_test_ours", Config(data_dir=tmp_path, encryption_key=old))
    both = Config(data_dir=tmp_path, encryption_key=f"{new}, {old}")
    renewed = secrets.rotate(stored, both)
    only = Config(data_dir=tmp_path, encryption_key=new)
    assert secrets.decrypt(stored, both) == secrets.decrypt(renewed, only) == "sk_test_ours"
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt(stored, only)


@pytest.mark.parametrize("stored", ["", "x", "gAAAAAB", "é", "\0"])
def test_what_is_no_secret_is_told(tmp_path: Path, stored: str) -> None:
    for work in (secrets.decrypt, secrets.rotate):
        with pytest.raises(secrets.Unreadable):
            work(stored, Config(data_dir=tmp_path))
