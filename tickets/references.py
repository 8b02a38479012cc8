"""How a ticket is named in mail: CON-1042 for people, and a signed token by which a reply finds its way back.

The number alone never joins a ticket. The token is bound to the provider and the ticket, and a reply must besides come
from a person who may see the ticket.
"""

import re
from collections.abc import Iterator

from django.core import signing
from django.utils.crypto import constant_time_compare

from accounts.models import Provider
from tickets.models import Ticket

_TOKEN_LENGTH = 16  # characters of base64: 96 bits
_IN_ADDRESS = re.compile(r"\+t(\d{1,9})\.([A-Za-z0-9_-]{16})@", re.ASCII)
_IN_SUBJECT = re.compile(r"\[[A-Z]{2,6}-(\d{1,9}) ([A-Za-z0-9_-]{16})\]", re.ASCII)


def ticket_reference(provider: Provider, number: int) -> str:
    """The ticket as people name it, e.g. 'CON-1042'."""
    return f"{provider.reference_prefix}-{number}"


def reply_token(*, provider_id: int, number: int) -> str:
    """The signature that proves that we gave out this ticket's reply address."""
    return signing.Signer(salt="tickets.reply").signature(f"{provider_id}:{number}")[:_TOKEN_LENGTH]


def reply_address(provider: Provider, ticket: Ticket) -> str:
    """The provider's support address, extended so that an answer to it finds the ticket."""
    local, _, domain = provider.support_email.partition("@")
    token = reply_token(provider_id=provider.pk, number=ticket.number)
    return f"{local}+t{ticket.number}.{token}@{domain}"


def subject_token(provider: Provider, ticket: Ticket) -> str:
    """The signed reference for a subject, for mail whose answers may lose every other trace: '[CON-1042 …]'."""
    token = reply_token(provider_id=provider.pk, number=ticket.number)
    return f"[{ticket_reference(provider, ticket.number)} {token}]"


def number_in_address(address: str, *, provider_id: int) -> int | None:
    """The ticket number of a reply address of this provider, None where the signature is not ours."""
    return next(_signed_numbers(_IN_ADDRESS, address, provider_id), None)


def numbers_in_subject(subject: str, *, provider_id: int) -> list[int]:
    """The ticket numbers that a subject names with a signature of ours."""
    return list(_signed_numbers(_IN_SUBJECT, subject, provider_id))


def _signed_numbers(pattern: re.Pattern[str], words: str, provider_id: int) -> Iterator[int]:
    for number, token in pattern.findall(words):
        ours = reply_token(provider_id=provider_id, number=int(number))
        if constant_time_compare(token, ours):
            yield int(number)
