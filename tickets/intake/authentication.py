"""What our own mail server found out about a sender: SPF, DKIM and DMARC (RFC 8601). Pure: no database, no settings.

Anybody can write an Authentication-Results header into their message. Only the topmost one of the server that the
mailbox trusts counts; that server removes forged ones that bear its name.
"""

from collections.abc import Iterator

from authres import AuthenticationResultsHeader
from authres.core import AuthenticationResult, AuthResError

from tickets.intake.parsing import ParsedMail

MAX_RESULTS = 8_000  # characters of the header that are read
_FAILED = frozenset({"fail", "hardfail", "softfail"})


def is_disowned(mail: ParsedMail, *, trusted: str) -> bool:
    """Whether the server called `trusted` found that the sender's domain did not send this. '' trusts nobody.

    What it says of DMARC decides. Where it says nothing of it, or the domain has no policy, the message is disowned
    if a check failed and neither SPF nor DKIM passed for the sender's own domain. A header that cannot be read, and a
    message with no or several senders, prove nothing and are taken as failed.
    """
    header = _trusted_header(mail, trusted.strip().lower())
    if header is None:
        return False
    try:
        results = list(AuthenticationResultsHeader.parse(f"Authentication-Results: {header}").results)
    except (AuthResError, RecursionError):
        return True
    domain = mail.sender.rpartition("@")[2]
    verdict = _dmarc(results, domain)
    if len(mail.headers.get("from", ())) != 1 or verdict == "fail":
        return True
    passed = any(
        one.result == "pass" and any(is_aligned(name, domain) for name in _domains(one)) for one in results
    )
    failed = any(one.method in {"spf", "dkim"} and one.result in _FAILED for one in results)
    return verdict != "pass" and failed and not passed


def is_aligned(authenticated: str, domain: str) -> bool:
    """Whether a domain that was proved speaks for the sender's: the same, or one below it.

    Not one above it, as DMARC has it: to know where organisations begin takes a list of public suffixes.
    """
    return authenticated == domain or authenticated.endswith(f".{domain}")


def _trusted_header(mail: ParsedMail, trusted: str) -> str | None:
    for value in mail.headers.get("authentication-results", ()):
        words = value.partition(";")[0].split()
        if trusted and words and words[0].lower() == trusted:
            # A null return path, as of automatic mail, which the parser does not know.
            return value[:MAX_RESULTS].replace("=<>", '=""')
    return None


def _dmarc(results: list[AuthenticationResult], domain: str) -> str:
    """The verdict on the sender's domain: pass, fail, or '' where there is none."""
    for one in results:
        judged = _property(one, "from")
        if one.method == "dmarc" and (one.result == "fail" or not judged or _is_same_family(judged, domain)):
            return str(one.result) if one.result in {"pass", "fail"} else ""
    return ""


def _is_same_family(judged: str, domain: str) -> bool:
    return is_aligned(judged, domain) or is_aligned(domain, judged)


def _domains(result: AuthenticationResult) -> Iterator[str]:
    """The domains that an SPF or DKIM result is about."""
    names = {"spf": ("mailfrom",), "dkim": ("d", "i")}.get(str(result.method), ())
    for name in names:
        found = _property(result, name)
        if found:
            yield found


def _property(result: AuthenticationResult, name: str) -> str:
    """The domain in a property, in lower case; '' where it has none."""
    values = (str(one.value) for one in result.properties if one.name == name and one.value)
    return next(values, "").rpartition("@")[2].strip('"').lower()
