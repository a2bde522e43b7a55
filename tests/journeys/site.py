"""What journeys need: the demo behind the real server, its mail over SMTP, and people who sign in with a browser."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.support.server import Server, flask, free_port, running
from tests.support.stripe import stripe_double

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
MAIL_SECONDS = 20


class Letterbox:
    """Everything that came in over SMTP."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        self.got.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
        return "250 kept"

    def wait_for(self, address: str, count: int = 1) -> EmailMessage:
        """The ``count``-th mail to ``address``; raises TimeoutError when it does not come."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            mails = [mail for mail in self.got if mail["To"].addresses[0].addr_spec == address]
            if len(mails) >= count:
                return mails[count - 1]
            time.sleep(0.05)
        raise TimeoutError(f"no mail number {count} to {address} in {MAIL_SECONDS} s")


@dataclass
class Site:
    """The demo as it is served, and its letterbox."""

    server: Server
    letters: Letterbox
    accounts: list[dict[str, str]]
    kept: dict[str, list[Any]] = field(default_factory=dict)
    """What was found out once for all tests."""
    _signed_in: dict[str, Any] = field(default_factory=dict)

    def url(self, name: str = "", path: str = "/") -> str:
        """Address of ``path`` at the operator called ``name``; on the host's own site without a name."""
        return self.server.url(name, path)

    def account(self, name: str, role: str) -> dict[str, str]:
        """Somebody of the demo with that role at the operator called ``name``."""
        return next(each for each in self.accounts if each["host"].startswith(name) and each["role"] == role)

    def state(self, browser: Browser, name: str, role: str) -> Any:
        """Cookies of somebody with that role, who signed in once through the form."""
        who = self.account(name, role)
        if who["email"] not in self._signed_in:
            with browser.new_context() as context:
                page = context.new_page()
                self.sign_in(page, name, role)
                self._signed_in[who["email"]] = context.storage_state()
        return self._signed_in[who["email"]]

    def sign_in(self, page: Page, name: str, role: str) -> None:
        """Sign in through the form."""
        who = self.account(name, role)
        page.goto(self.url(name, "/sign-in"))
        form = page.locator("main form").filter(has=page.locator("input[name=password]:not([type=hidden])"))
        form.locator("input[name=email]").fill(who["email"])
        form.locator("input[name=password]").fill(who["password"])
        form.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


@contextmanager
def serving(data_dir: Path, database_url: str) -> Iterator[Site]:
    """The demo through gunicorn with two workers, the worker of jobs and the stand-in for Stripe beside it, and SMTP in between."""
    letters = Letterbox()
    port, web = free_port(), free_port()
    # The letterbox listens before the first mail goes out, and until the last.
    letterbox = Controller(letters, hostname="127.0.0.1", port=port)
    letterbox.start()
    with ExitStack() as open_things:
        open_things.callback(letterbox.stop)
        env = {"DEMO": "1", "SMTP_URL": f"smtp://127.0.0.1:{port}"} | open_things.enter_context(stripe_double(data_dir, web))
        server = open_things.enter_context(running(data_dir=data_dir, database_url=database_url, workers=2, job_worker=True, port=web, env=env))
        accounts = json.loads(flask("demo", "accounts", "--json", env=server.env))
        yield Site(server, letters, accounts)


def link_in(mail: EmailMessage, path: str) -> str:
    """The first address in the mail's text that leads to ``path``."""
    body = mail.get_body(("plain",))
    found = re.search(rf"https?://\S*{re.escape(path)}\S*", body.get_content() if body else "")
    assert found, f"no link to {path} in {mail['Subject']}"
    return found[0]


def free_space(page: Page, site: Site, name: str, kind: str = "meeting_room") -> str:
    """Path of a space that has times free in the coming days; the browser stands on its page."""
    page.goto(site.url(name, f"/rooms?kind={kind}"))
    paths = page.locator("#results h3 a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    for path in paths:
        page.goto(site.url(name, path))
        if page.locator("#panel .chip").count() >= 3:
            return str(path)
    raise AssertionError(f"nothing of {len(paths)} spaces is free")


def watch(context: BrowserContext) -> list[str]:
    """A list that fills with everything the pages of this context complain about, the CSP's refusals included."""
    heard: list[str] = []

    def listen(page: Page) -> None:
        page.on("console", lambda message: heard.append(f"{page.url}: {message.text}") if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))

    context.on("page", listen)
    return heard
