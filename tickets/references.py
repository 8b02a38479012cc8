"""How a ticket is named in mail: CON-1042 for people, and a signed token by which a reply finds its way back.

The number alone never joins a ticket. The token is bound to the provider, the ticket and the person to whom we gave it,
and that person must still be one who may see the ticket.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import Person, Provider
from tickets.models import Ticket

_TOKEN_LENGTH = 16  # characters of base64: 96 bits
_IN_ADDRESS = re.compile(r"\+t(\d{1,9})\.(\d{1,18})\.([A-Za-z0-9_-]{16})@", re.ASCII)
_IN_SUBJECT = re.compile(r"\[[A-Z]{2,6}-(\d{1,9}) (\d{1,18})\.([A-Za-z0-9_-]{16})\]", re.ASCII)

_STOP = re.compile(r"(\d{1,9})\.(\d{1,18})\.[A-Za-z0-9_-]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """A ticket that a message names with our signature, and whom we gave it to."""

    number: int
    person_id: int


def ticket_reference(provider: Provider, number: int) -> str:
    """The ticket as people name it, e.g. 'CON-1042'."""
    return f"{provider.reference_prefix}-{number}"


def reply_token(*, provider_id: int, number: int, person_id: int) -> str:
    """What proves that we named this ticket to this person: their id and our signature."""
    signature = signing.Signer(salt="tickets.reply").signature(f"{provider_id}:{number}:{person_id}")
    return f"{person_id}.{signature[:_TOKEN_LENGTH]}"


def reply_address(provider: Provider, ticket: Ticket, person: Person) -> str:
    """The provider's support address, extended so that this person's answer to it finds the ticket."""
    local, _, domain = provider.support_email.partition("@")
    token = reply_token(provider_id=provider.pk, number=ticket.number, person_id=person.pk)
    return f"{local}+t{ticket.number}.{token}@{domain}"


def subject_token(provider: Provider, ticket: Ticket, person: Person) -> str:
    """The same for a subject, where the server knows no plus addresses: '[CON-1042 7.…]'."""
    token = reply_token(provider_id=provider.pk, number=ticket.number, person_id=person.pk)
    return f"[{ticket_reference(provider, ticket.number)} {token}]"


def stop_link(provider: Provider, ticket: Ticket, person: Person) -> str:
    """Where this person stops following this ticket, without signing in."""
    token = _stop_token(provider_id=provider.pk, number=ticket.number, person_id=person.pk)
    return settings.BASE_URL + reverse("stop_following", args=[provider.slug, token])


def named_in_stop_token(token: str, *, provider_id: int) -> Named | None:
    """Who wants to stop following which ticket; None where the signature is not ours."""
    found = _STOP.fullmatch(token)
    if found is None:
        return None
    named = Named(int(found[1]), int(found[2]))
    ours = _stop_token(provider_id=provider_id, number=named.number, person_id=named.person_id)
    return named if constant_time_compare(token, ours) else None


def _stop_token(*, provider_id: int, number: int, person_id: int) -> str:
    # A salt of its own: who can end somebody's following cannot write in their name.
    signature = signing.Signer(salt="tickets.stop-following").signature(f"{provider_id}:{number}:{person_id}")
    return f"{number}.{person_id}.{signature[:_TOKEN_LENGTH]}"


def named_in_address(address: str, *, provider_id: int) -> list[Named]:
    """What a reply address of this provider names; nothing where the signature is not ours."""
    return list(_signed(_IN_ADDRESS, address, provider_id))


def named_in_subject(subject: str, *, provider_id: int) -> list[Named]:
    """What a subject names with a signature of ours."""
    return list(_signed(_IN_SUBJECT, subject, provider_id))


def _signed(pattern: re.Pattern[str], words: str, provider_id: int) -> Iterator[Named]:
    for number, person, signature in pattern.findall(words):
        named = Named(int(number), int(person))
        ours = reply_token(provider_id=provider_id, number=named.number, person_id=named.person_id)
        if constant_time_compare(f"{named.person_id}.{signature}", ours):
            yield named
