"""What we are measured against: ``raw``, a page of 50 rows, and ``bare``, the least that the same job can be in Flask.

Run by gunicorn as ``tests.bench.reference:app`` with REFERENCE_DB naming a SQLite file that ``fill`` wrote.
"""

import os
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pysqlite3.dbapi2
from flask import Flask, Response, has_request_context, render_template_string, request, session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import DateTime, ForeignKey, Index, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

START = datetime(2030, 1, 7, tzinfo=UTC)
ROWS = 50
A_WEEK = 200

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><main><ul>
{% for row in rows %}<li><article><h2><a href="/rooms/{{ row.id }}">{{ row.name }}</a></h2><p>{{ row.seats }} seats, floor {{ row.floor }}</p>
<p>{{ row.words }}</p><p>{{ row.price }} kr an hour</p><p>{{ 'Taken' if row.id in taken else 'Free' }}</p></article></li>{% endfor %}
</ul></main></body></html>"""
WEEK = """<!doctype html><html lang="en"><body><ol>{% for row in rows %}<li>{{ row.starts_at.strftime('%a %H:%M') }} to {{ row.ends_at.strftime('%H:%M') }} Taken</li>{% endfor %}</ol></body></html>"""
FORM = """<!doctype html><html lang="en"><body><form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"><button>Book</button></form></body></html>"""


class Base(DeclarativeBase):
    """Tables of the reference."""


class User(Base):
    """Somebody signed in."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Room(Base):
    """Something to list."""

    __tablename__ = "room"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    seats: Mapped[int]
    floor: Mapped[int]
    price: Mapped[int]
    words: Mapped[str]


class Slot(Base):
    """Something booked."""

    __tablename__ = "slot"
    __table_args__ = (Index("ix_slot", "room_id", "starts_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime] = mapped_column(DateTime())
    ends_at: Mapped[datetime] = mapped_column(DateTime())


def engine_for(path: str) -> Any:
    """A durable SQLite engine, set up as ours is."""
    engine = create_engine(f"sqlite:///{path}", module=pysqlite3.dbapi2, connect_args={"timeout": 15, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if has_request_context() and request.method == "POST" else "BEGIN")

    return engine


def fill(path: str) -> None:
    """Write the reference's rows."""
    engine = create_engine(f"sqlite:///{path}", module=pysqlite3.dbapi2)
    Base.metadata.create_all(engine)
    with Session(engine) as rows:
        rows.add(User(id=1, name="Alice"))
        rows.add_all(
            Room(id=n, name=f"Room {n}", seats=n % 12 + 1, floor=n % 5, price=100 + n, words="A quiet room with daylight and a long table. " * 4)
            for n in range(1, ROWS + 1)
        )
        start = START.replace(tzinfo=None)
        rows.add_all(
            Slot(room_id=1, starts_at=start + timedelta(minutes=45 * n), ends_at=start + timedelta(minutes=45 * n + 30)) for n in range(A_WEEK)
        )
        rows.commit()


app = Flask(__name__)
app.config.update(SECRET_KEY="for measuring only", MAX_CONTENT_LENGTH=1_000_000)
CSRFProtect(app)
engine = engine_for(os.environ.get("REFERENCE_DB", "/dev/null"))


def _user(rows: Session) -> User:
    return rows.get_one(User, session["user"])


@app.get("/healthz")
def healthz() -> str:
    """Alive."""
    return "ok"


@app.get("/sign-in")
def sign_in() -> str:
    """Sign in as the one user."""
    session["user"] = 1
    return "in"


@app.get("/raw")
def raw() -> str:
    """One query of 50 rows, one template."""
    with Session(engine) as rows:
        return render_template_string(PAGE, title="Rooms", rows=rows.scalars(select(Room)).all(), taken=set())


@app.get("/rooms")
def rooms() -> str:
    """The same for somebody signed in, with what is taken now."""
    with Session(engine) as rows:
        user = _user(rows)
        now = START.replace(tzinfo=None)
        taken = set(rows.scalars(select(Slot.room_id).where(Slot.starts_at <= now, Slot.ends_at > now)))
        return render_template_string(PAGE, title=user.name, rows=rows.scalars(select(Room)).all(), taken=taken)


@app.get("/week")
def week() -> str:
    """A week of one room, 200 bookings."""
    with Session(engine) as rows:
        _user(rows)
        start = START.replace(tzinfo=None)
        return render_template_string(
            WEEK, rows=rows.scalars(select(Slot).where(Slot.room_id == 1, Slot.starts_at < start + timedelta(days=7))).all()
        )


@app.get("/book")
def form() -> str:
    """The least form that is safe."""
    with Session(engine) as rows:
        _user(rows)
        return render_template_string(FORM)


@app.post("/book")
def book() -> Response:
    """One booking: overlap looked up, inserted, committed durably."""
    with Session(engine) as rows:
        _user(rows)
        start = START.replace(tzinfo=None) + timedelta(days=30, minutes=30 * secrets.randbelow(10**7))
        room = secrets.randbelow(ROWS) + 1
        if rows.scalar(select(Slot.id).where(Slot.room_id == room, Slot.starts_at < start + timedelta(minutes=30), Slot.ends_at > start)):
            return Response(status=409)
        rows.add(Slot(room_id=room, starts_at=start, ends_at=start + timedelta(minutes=30)))
        rows.commit()
    return Response(status=303, headers={"Location": "/week"})
