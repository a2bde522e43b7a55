"""Whether a host name is the operator's to use: a record in the name's own DNS says so.

That requests for a name reach us proves nothing. Whoever points a name here first need not be the operator that asks for
it, and anybody can write any name into the Host header of a request of their own. See docs/decisions/0005-host-names.md.
"""

import secrets

MOST_RECORDS = 50
SECONDS = 5
"""As long as somebody looks at a button."""


class NoAnswer(Exception):
    """DNS could not be asked just now."""


def new_token() -> str:
    """What the record has to say, other for each operator and name."""
    return secrets.token_hex(16)


def record_name(host: str) -> str:
    """Where the record stands: beside the name, so that a CNAME of the name itself is not in its way."""
    return f"_coworking.{host}"


def record_value(token: str) -> str:
    """The text of the record."""
    return f"coworking={token}"


def is_proven(host: str, token: str) -> bool:
    """Whether the name's DNS holds the record. Takes up to SECONDS; raises NoAnswer."""
    return record_value(token) in (text.strip() for text in txt_records(record_name(host)))


def txt_records(name: str) -> list[str]:
    """The TXT records of ``name`` (RFC 1035), none if there is no such name. The one place that asks; raises NoAnswer."""
    # Late: few processes ever ask.
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NoAnswer from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in list(answer)[:MOST_RECORDS]]
