"""Who of the staff has a ticket open, and who is replying: signs that end by themselves, in no table.

They stand in the server that all processes share, in one sorted set for each provider, by the time at which each ends.
So two people who give a sign at once do not lose one another's, one question answers for a whole queue, and nothing
has to be tidied up. Each page gives its own: closing one window takes nobody's other window away.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis import Redis

from accounts.models import Person
from accounts.tenancy.scope import current_provider_id
from delivery.live.server import ask_server, name_of
from tickets.live import presence_news
from tickets.models import Ticket, TicketReader

OPEN_SECONDS = 45  # a page gives a sign every twenty, so one may be lost
REPLYING_SECONDS = 20  # after the last key
OPEN, REPLYING = "open", "replying"


class Sign(NamedTuple):
    """Somebody's page on a ticket, and what it is doing. The name is there so that reading signs asks no database."""

    ticket_id: int
    person_id: int
    page: str
    kind: str
    name: str

    def __str__(self) -> str:
        return ":".join(map(str, self))


def sign_read(text: str) -> Sign:
    """A sign as it stands on the server."""
    ticket, person, page, kind, name = text.split(":", 4)
    return Sign(int(ticket), int(person), page, kind, name)


@dataclass(frozen=True, slots=True)
class Present:
    """The other people on a ticket, by name; who is replying is not also looking."""

    replying: tuple[str, ...] = ()
    looking: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """'Tess is replying. Theo and Ann are looking.'"""
        replying = ngettext("%(names)s is replying.", "%(names)s are replying.", len(self.replying))
        looking = ngettext("%(names)s is looking.", "%(names)s are looking.", len(self.looking))
        told = ((replying, self.replying), (looking, self.looking))
        return " ".join(
            words % {"names": get_text_list(list(names), _("and"))} for words, names in told if names
        )


def presence_sign(*, ticket: Ticket, person: Person, page: UUID, is_replying: bool = False) -> None:
    """This page has the ticket open, and somebody has just typed a reply in it. Ends by itself."""
    now = time.time()
    ends = {_sign(ticket, person, page, OPEN): now + OPEN_SECONDS}
    if is_replying:
        ends[_sign(ticket, person, page, REPLYING)] = now + REPLYING_SECONDS
    name = _name()

    def keep(server: Redis) -> int:
        steps = server.pipeline()
        steps.zremrangebyscore(name, "-inf", now)
        steps.zadd(name, ends)
        steps.expire(name, OPEN_SECONDS)
        _ended, added, _kept = steps.execute()
        return int(added)

    if ask_server(keep, 0):
        presence_news(ticket)


def presence_end(*, ticket: Ticket, person: Person, page: UUID) -> None:
    """This page is gone."""
    signs = [_sign(ticket, person, page, kind) for kind in (OPEN, REPLYING)]
    if ask_server(lambda server: int(server.zrem(_name(), *signs)), 0):
        presence_news(ticket)


def presence_of(tickets: Iterable[Ticket], person: Person) -> dict[int, Present]:
    """Who else is on these tickets, which `person` may see, by their ids; those on which nobody is are left out.

    On a confidential ticket its readers alone appear: somebody who was one a minute ago does not.
    """
    known = {ticket.pk: ticket for ticket in tickets}
    found = [sign for sign in _signs() if sign.ticket_id in known and sign.person_id != person.pk]
    if not found:
        return {}
    confidential = {key for key, ticket in known.items() if ticket.is_confidential}
    readers = _readers({sign.ticket_id for sign in found} & confidential)
    by_ticket: dict[int, list[Sign]] = {}
    for sign in found:
        if sign.ticket_id not in confidential or (sign.ticket_id, sign.person_id) in readers:
            by_ticket.setdefault(sign.ticket_id, []).append(sign)
    return {key: _present(signs) for key, signs in by_ticket.items()}


def tickets_with_signs() -> set[int]:
    """Ids of the provider's tickets on which somebody is, confidential ones too: read them behind the wall."""
    return {sign.ticket_id for sign in _signs()}


def _signs() -> list[Sign]:
    nobody: list[Any] = []
    rows: Any = ask_server(lambda server: server.zrangebyscore(_name(), time.time(), "+inf"), nobody)
    return [sign_read(row.decode()) for row in rows]


def _readers(ticket_ids: set[int]) -> set[tuple[int, int]]:
    """Which person reads which of these confidential tickets."""
    rows = TicketReader.objects.filter(ticket__in=ticket_ids, ended_at__isnull=True)
    return set(rows.values_list("ticket_id", "person_id")) if ticket_ids else set()


def _present(signs: list[Sign]) -> Present:
    replying = {sign.person_id: sign.name for sign in signs if sign.kind == REPLYING}
    looking = {sign.person_id: sign.name for sign in signs if sign.person_id not in replying}
    return Present(tuple(sorted(replying.values())), tuple(sorted(looking.values())))


def _sign(ticket: Ticket, person: Person, page: UUID, kind: str) -> str:
    return str(Sign(ticket.pk, person.pk, page.hex, kind, person.name))


def _name() -> str:
    return f"{name_of('presence')}.{current_provider_id()}"
