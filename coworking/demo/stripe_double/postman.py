"""Delivers signed events, and tries again as Stripe does when nobody answers with 2xx."""

import hashlib
import hmac
import http.client
import json
import logging
import random
import threading
from urllib.parse import urlsplit

from coworking.core import clock

from .store import State, Store
from .wire import Doc, public

log = logging.getLogger(__name__)

RETRIES = (1, 3, 10, 60, 600, 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds until the next try; Stripe goes on for three days."""
PATIENCE = 10
A_ROUND = 50
NAP = 0.2


def sign(payload: bytes, secret: str, at: int) -> str:
    """The Stripe-Signature header of a payload: HMAC-SHA256 over time and body."""
    code = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def forge(payload: bytes, secret: str, at: int, how: str) -> str:
    """A header that must not pass: by another secret or none, unsigned, stale, or of another body."""
    wrong = {
        "other_secret": (payload, f"{secret}x", at),
        "no_secret": (payload, "", at),
        "stale": (payload, secret, at - 301),
        "changed": (payload + b" ", secret, at),
    }
    return sign(*wrong[how]) if how in wrong else ""


class Postman:
    """Takes due deliveries from the store. ``via`` is where ``domain`` and all hosts under it answer: few resolvers know *.localhost."""

    def __init__(self, store: Store, via: str = "", domain: str = "localhost") -> None:
        self.store = store
        self.via = via
        self.domain = domain
        self._ended = threading.Event()

    def start(self) -> threading.Thread:
        """Deliver in the background until ``stop``."""
        thread = threading.Thread(target=self._run, name="stripe-double-postman", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End after the delivery in hand."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(NAP):
            try:
                self.round()
            except Exception:
                # One bad round must not end all deliveries.
                log.exception("a round of deliveries failed")

    def round(self) -> int:
        """Deliver what is due now; returns how many were tried."""
        with self.store.change() as state:
            state.run_due()
            letters = self._due(state)
        for seq, attempts, url, payload, header in letters:
            status = self._post(url, payload, header)
            with self.store.change() as state:
                over = 200 <= status < 300 or attempts >= len(RETRIES)
                due = clock.now().timestamp() + (0 if over else RETRIES[attempts])
                state.sql.execute(
                    "UPDATE delivery SET attempts = ?, status = ?, due = ?, done = ? WHERE seq = ?", (attempts + 1, status, due, over, seq)
                )
        return len(letters)

    def _due(self, state: State) -> list[tuple[int, int, str, bytes, str]]:
        at = clock.now()
        rows = state.sql.execute(
            "SELECT seq, event, endpoint, attempts, forged FROM delivery WHERE done = 0 AND due <= ? ORDER BY due, seq LIMIT ?",
            (at.timestamp(), A_ROUND),
        ).fetchall()
        mischief = state.setting("mischief", {})
        letters = []
        for seq, event, endpoint, attempts, forged in rows:
            hook, doc = state.peek(endpoint), state.peek(event)
            if not hook or not doc or mischief.get("drop", 0) > 0:
                mischief["drop"] = mischief.get("drop", 0) - 1
                state.set("mischief", mischief)
                state.sql.execute("UPDATE delivery SET done = 1 WHERE seq = ?", (seq,))
                continue
            payload = json.dumps(letter(doc)).encode()
            header = (
                sign(payload, hook["_secret"], int(at.timestamp())) if not forged else forge(payload, hook["_secret"], int(at.timestamp()), forged)
            )
            letters.append((seq, attempts, hook["url"], payload, header))
        if mischief.get("shuffle"):
            random.shuffle(letters)
        return letters

    def _post(self, url: str, payload: bytes, header: str) -> int:
        parts = urlsplit(url)
        local = self.via and f".{parts.hostname}".endswith(f".{self.domain}")
        maker = http.client.HTTPSConnection if parts.scheme == "https" and not local else http.client.HTTPConnection
        connection = maker(self.via if local else parts.netloc, timeout=PATIENCE)
        try:
            headers = {"Host": parts.netloc, "Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
            connection.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, payload, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


def letter(event: Doc) -> Doc:
    """The event as it is sent: with the account it is for, when that is a connected one."""
    connected = {"account": event["_connected"]} if "_connected" in event else {}
    return dict(public(event)) | connected
