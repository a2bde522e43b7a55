"""Every setting, once: name, default, what it does. All are read from the environment."""

import os
import secrets
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process."""

    data_dir: Path = ROOT / "data"
    """Where the embedded database, uploaded files and the generated secret key live."""
    database_url: str = ""
    """SQLAlchemy URL. Empty: SQLite in ``data_dir``. ``postgresql://...`` for several machines."""
    secret_key: str = ""
    """Signs cookies and links. Empty: made once and kept in ``data_dir/secret_key``."""
    base_domain: str = "localhost"
    """The host's own site answers here, and operators at ``<name>.<base_domain>``."""
    public_port: str = ""
    """Port shown in links, when people don't reach us on 80 or 443."""
    scheme: str = "http"
    """``https`` in production: links in mails use it, and cookies become Secure."""
    port: int = 8000
    """Where the server listens."""
    bind: str = "127.0.0.1"
    """Address that the server listens on; ``0.0.0.0`` where a proxy or a container's network is in front."""
    demo: bool = False
    """Shows demo sign-ins and the mailbox of sent mail. Never set it in production."""
    smtp_url: str = ""
    """``smtp://user:password@host:587`` or ``smtps://``. Empty in the demo: mail is only kept."""
    mail_from: str = "no-reply@localhost"
    """Envelope sender of all mail; the operator's own address goes into Reply-To."""
    storage_url: str = ""
    """``s3://bucket/prefix`` for uploaded files. Empty: ``data_dir/files``."""
    host_country: str = ""
    """Where database, files and back-ups lie, as ISO 3166-1 names countries (``FR``). Printed in policies. Empty: in the operator's own."""
    host_name: str = ""
    """Who hosts this installation, as printed in imprints, agreements and the host's own policy. Empty: a single operator hosts itself."""
    host_address: str = ""
    """Its postal address, in one line with commas."""
    host_number: str = ""
    """Its number in the register of companies."""
    host_email: str = ""
    """Where it reads mail about personal data and security."""
    host_phone: str = ""
    """Its phone number; French law wants it in imprints."""
    worker: bool = True
    """Run the embedded worker beside the server. Set to 0 where ``flask worker`` runs on its own."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-For and X-Forwarded-Proto."""
    encryption_key: str = ""
    """Encrypts operators' keys at rest: Fernet keys, newest first, comma between. Empty: made once and kept in ``data_dir/encryption_key``."""
    stripe_secret_key: str = ""
    """The host's own Stripe key: bills operators, and stands over connected accounts. Empty: neither is offered."""
    stripe_webhook_secret: str = ""
    """Checks the events of the host's own Stripe account. Empty: all of them are refused."""
    stripe_api_base: str = ""
    """Where Stripe answers. Empty: Stripe itself. The demo and the tests name their double."""


def load(**overrides: object) -> Config:
    """The settings from the environment, then ``overrides``; raises ValueError naming a setting it can't read."""
    values: dict[str, object] = {}
    for field in fields(Config):
        raw = os.environ.get(field.name.upper())
        if raw is not None and raw != "":
            values[field.name] = _read(field.name, str(field.type), raw)
    values.update(overrides)
    config = Config(**values)  # type: ignore[arg-type]
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return config


def _read(name: str, kind: str, raw: str) -> object:
    if "bool" in kind:
        return raw.strip().lower() in {"1", "true", "yes", "on"}
    if "int" in kind:
        try:
            return int(raw)
        except ValueError:
            raise ValueError(f"{name.upper()} wants a whole number, not {raw!r}") from None
    return Path(raw).resolve() if "Path" in kind else raw


def database_url(config: Config) -> str:
    """SQLAlchemy's URL for the database, with the drivers we ship."""
    if not config.database_url:
        return f"sqlite:///{config.data_dir / 'coworking.sqlite3'}"
    scheme, _, rest = config.database_url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else config.database_url


def secret_key(config: Config) -> str:
    """The key that signs cookies; made once, readable by us alone, when none is set."""
    if config.secret_key:
        return config.secret_key
    path = config.data_dir / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
