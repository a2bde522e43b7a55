"""Passwords: what is refused, and how they are kept (argon2id, OWASP Password Storage Cheat Sheet)."""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200

# OWASP's second set: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)

# The hash of a random password that nobody kept. Checking against it takes as long as checking against a person's.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$jygJibiz+k9dscKMqIQKvw$mRY1bL8RTGHNSYbSTxCNKqG5iycppsomku8BfDl0+w0"


class Weakness(Enum):
    """Why a password is refused. There are no rules about kinds of characters, and none about age (NIST SP 800-63B)."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PERSONAL = "personal"


def normalise(password: str) -> str:
    """The same password however a keyboard composes it (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """Why ``password`` is refused, or None. ``about``: what others know of the person, such as name and e-mail address."""
    plain = normalise(password)
    if len(plain) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(plain) > LONGEST:
        return Weakness.TOO_LONG
    folded = plain.casefold()
    if _is_common(folded):
        return Weakness.COMMON
    return Weakness.PERSONAL if _is_mostly(folded, about) else None


def hash_password(password: str) -> str:
    """An argon2id hash. Takes tens of milliseconds: call ``core.db.release()`` first."""
    return _hasher.hash(normalise(password))


def verify(hashed: str | None, password: str) -> bool:
    """Whether ``password`` belongs to ``hashed``. Takes as long when there is no hash, so that time tells nothing."""
    try:
        _hasher.verify(hashed or NOBODY, normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(hashed)


def _is_common(folded: str) -> bool:
    words = _common()
    repeated = re.fullmatch(r"(.{1,100}?)\1+", folded)
    unit = repeated[1] if repeated else ""
    return folded in words or (bool(unit) and (len(unit) < 4 or unit in words))


def _is_mostly(folded: str, about: Iterable[str]) -> bool:
    rest = folded
    for word in sorted({part for text in about for part in _parts(text)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(rest) < 6


def _parts(text: str) -> list[str]:
    folded = normalise(text).casefold()
    return [part for part in (folded, folded.replace(" ", ""), *re.split(r"[\s@.+_-]+", folded)) if len(part) >= 4]


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    # 30,000 of the passwords found most often in leaks, as the zxcvbn package ships them.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
