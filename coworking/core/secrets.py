"""Secrets of others, kept encrypted at rest: a copy of the database alone opens nothing."""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from coworking.config import Config


class Unreadable(ValueError):
    """What was stored can't be opened by any of the keys in force."""


def encrypt(text: str, config: Config) -> str:
    """The text under the newest key (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _keys(config).encrypt(text.encode()).decode()


def decrypt(stored: str, config: Config) -> str:
    """The text again, by whichever key closed it; raises Unreadable."""
    try:
        return _keys(config).decrypt(stored.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable from error


def rotate(stored: str, config: Config) -> str:
    """The same text under the newest key, so that an old one can be dropped; raises Unreadable."""
    try:
        return _keys(config).rotate(stored.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable from error


def _keys(config: Config) -> MultiFernet:
    written = config.encryption_key or _kept(config)
    return MultiFernet([Fernet(key.strip()) for key in written.split(",") if key.strip()])


def _kept(config: Config) -> str:
    path = config.data_dir / "encryption_key"
    if not path.exists():
        # Written whole, then linked: another process never reads half a key. mkstemp's files are ours alone.
        handle, draft = tempfile.mkstemp(dir=config.data_dir)
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text().strip()
