"""Tags of tickets in lists: what an app has to say of a ticket in a word or two.

A higher app registers a tag, so that the queue shows it and knows nothing of that app. Which tickets carry it is
asked within the query of the rows: a tag more is no query more.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, QuerySet
from django.utils.functional import Promise

from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Tag:
    """A badge: its kind (see the design system), its words, and which tickets carry it.

    `carried` is called in an open scope and tells whether the ticket of the outer query (`OuterRef("pk")`) does.
    """

    kind: str
    words: str | Promise
    carried: Callable[[], Exists]


_tags: list[Tag] = []


def tag_add(tag: Tag) -> None:
    """Called once by each app when Django starts. Adding twice counts once."""
    if tag not in _tags:
        _tags.append(tag)


def tags_registered() -> tuple[Tag, ...]:
    """Every tag that an app has added."""
    return tuple(_tags)


def with_tags(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """These tickets, each knowing the tags that it carries in the open scope."""
    return tickets.annotate(**{_name(tag): tag.carried() for tag in _tags})


def tags_of(ticket: Ticket) -> list[Tag]:
    """The tags of a ticket that was read `with_tags`."""
    return [tag for tag in _tags if getattr(ticket, _name(tag))]


def _name(tag: Tag) -> str:
    return f"tag_{tag.kind}"
